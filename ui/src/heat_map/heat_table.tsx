/** The rows of the heat map as numbers. */

import { useState } from "preact/hooks";
import { useApp } from "../app/app";
import { NOTHING, numberText, shareText } from "../figures/numbers";
import { FigureTable, type Column } from "../figures/table";
import type { HeatRow, RowKind } from "./heat_answer";
import { difference, extremesOf } from "./heat_scale";
import { hourWords } from "./hour_words";

interface Props {
    readonly rows: readonly HeatRow[];
    readonly kind: RowKind;
    /** What the row of all GPUs, which has no name, is called. */
    readonly total: string;
}

export function HeatTable({ rows, kind, total }: Props) {
    const app = useApp();
    const [isOpen, setOpen] = useState(false);
    return (
        <details class="as-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>{app.say("heat.astable")}</summary>
            {isOpen && (
                <FigureTable
                    label={app.say("heat.astable")}
                    columns={columnsOf(app, kind, total)}
                    rows={rows}
                    rowKey={(row) => row.name}
                    first="booked"
                />
            )}
        </details>
    );
}

type App = ReturnType<typeof useApp>;

function columnsOf(app: App, kind: RowKind, total: string): Column<HeatRow>[] {
    const language = app.language.value;
    const share = (key: "booked" | "used" | "idle", valueOf: (row: HeatRow) => number | null): Column<HeatRow> => ({
        key,
        words: app.say(`heat.what.${key}`),
        value: valueOf,
        text: (row) => shareText(language, valueOf(row)),
    });
    const hour = (key: "busiest" | "quietest"): Column<HeatRow> => ({
        key,
        words: app.say(`heat.tile.${key}`),
        value: (row) => extremesOf(row.booked)?.[key] ?? null,
        text: (row) => {
            const at = extremesOf(row.booked)?.[key];
            return at === undefined ? NOTHING : hourWords(language, at);
        },
    });
    return [
        {
            key: "name",
            words: app.say(`heat.one.${kind}`),
            value: (row) => row.name,
            text: (row) => row.name || total,
        },
        {
            key: "gpus",
            words: app.say("heat.gpus"),
            value: (row) => row.gpus,
            text: (row) => numberText(language, row.gpus),
        },
        share("booked", (row) => row.booked_share),
        share("used", (row) => row.used_share),
        share("idle", (row) => difference(row.booked_share, row.used_share)),
        hour("busiest"),
        hour("quietest"),
    ];
}
