/** The pictures: the week of one row (all GPUs at first) as 7 × 24, and every row hour by hour. */

import { useMemo, useState } from "preact/hooks";
import { useApp } from "../app/app";
import { shareText } from "../figures/numbers";
import type { HeatAnswer, HeatTotal } from "./heat_answer";
import type { GridRow } from "./heat_blocks";
import { HeatGrid, type Tick } from "./heat_grid";
import { HeatLegend } from "./heat_legend";
import { DAYS, difference, HOURS, HOURS_A_DAY, sharesOf, topOf, type Reading } from "./heat_scale";
import { HeatTable } from "./heat_table";
import { dayWords, hourWords } from "./hour_words";

interface Props {
    readonly data: HeatAnswer;
    readonly reading: Reading;
}

/** No node, model or team is named like this. */
const TOTAL = "";

const DAYS_OF_WEEK = Array.from({ length: DAYS }, (_, day) => day);

export function HeatView({ data, reading }: Props) {
    const app = useApp();
    const [chosen, setChosen] = useState(TOTAL);
    const row: HeatTotal = data.rows.find(({ name }) => name === chosen) ?? data.total;
    const name = row === data.total ? app.say("heat.total") : chosen;
    // Loads of the same share look the same everywhere; only what is small by its nature is magnified.
    const isSmall = reading === "idle" || (data.by === "team" && row !== data.total);
    const top = isSmall ? topOf([sharesOf(row, reading)]) : 1;
    const hasNone = sharesOf(data.total, reading).some((share) => share === null);
    return (
        <>
            <section class="figure-panel">
                <div class="figure-head">
                    <h2>{app.say("heat.week", { name })}</h2>
                    {row !== data.total && (
                        <button type="button" class="quiet" onClick={() => setChosen(TOTAL)}>
                            {app.say("heat.backtototal")}
                        </button>
                    )}
                    <HeatLegend
                        reading={reading}
                        top={top}
                        hasBelow={sharesOf(row, reading).some((share) => share !== null && share < 0)}
                        hasNone={hasNone}
                    />
                </div>
                <WeekGrid row={row} name={name} reading={reading} top={top} />
            </section>
            <RowsPanel
                data={data}
                reading={reading}
                chosen={row === data.total ? TOTAL : chosen}
                choose={setChosen}
            />
        </>
    );
}

interface WeekProps {
    readonly row: HeatTotal;
    readonly name: string;
    readonly reading: Reading;
    readonly top: number;
}

/** One row's week: a line per day, a column per hour. */
function WeekGrid({ row, name, reading, top }: WeekProps) {
    const app = useApp();
    const language = app.language.value;
    const shares = useMemo(() => sharesOf(row, reading), [row, reading]);
    const days = useMemo(
        (): GridRow[] =>
            DAYS_OF_WEEK.map((day) => ({
                key: String(day),
                name: dayWords(language, day),
                shares: shares.slice(day * HOURS_A_DAY, (day + 1) * HOURS_A_DAY),
            })),
        [shares, language],
    );
    const ticks = useMemo(
        () => [everyNth(HOURS_A_DAY, 2, (hour) => String(hour))],
        [],
    );
    const sayCell = useCellWords();
    return (
        <HeatGrid
            className="heat-of-week"
            label={app.say("heat.week", { name })}
            rows={days}
            columns={HOURS_A_DAY}
            ticks={ticks}
            group={0}
            rowHeight={27}
            leastCell={11}
            top={top}
            reading={reading}
            say={(day, hour) => sayCell(row, day * HOURS_A_DAY + hour)}
        />
    );
}

interface RowsProps extends Props {
    readonly chosen: string;
    readonly choose: (name: string) => void;
}

/** Every row hour by hour; all GPUs come first, except over teams, whose shares are small beside it. */
function RowsPanel({ data, reading, chosen, choose }: RowsProps) {
    const app = useApp();
    const language = app.language.value;
    const total = app.say("heat.total");
    const shown = useMemo(
        () => [...(data.by === "team" ? [] : [{ ...data.total, name: TOTAL }]), ...data.rows],
        [data],
    );
    const rows = useMemo(
        () =>
            shown.map((row): GridRow => {
                const share = { booked: row.booked_share, used: row.used_share, idle: difference(row.booked_share, row.used_share) };
                return {
                    key: row.name,
                    name: row.name === TOTAL ? total : row.name,
                    note: shareText(language, share[reading]),
                    shares: sharesOf(row, reading),
                };
            }),
        [shown, reading, language, total],
    );
    const isSmall = reading === "idle" || data.by === "team";
    const top = useMemo(() => (isSmall ? topOf(rows.map(({ shares }) => shares)) : 1), [rows, isSmall]);
    const ticks = useMemo(() => weekTicks(language), [language]);
    const sayCell = useCellWords();
    const label = app.say(`heat.rows.${data.by}`);
    return (
        <section class="figure-panel">
            <div class="figure-head">
                <h2>{label}</h2>
                <HeatLegend
                    reading={reading}
                    top={top}
                    hasBelow={rows.some(({ shares }) => shares.some((share) => share !== null && share < 0))}
                    hasNone={rows.some(({ shares }) => shares.includes(null))}
                />
            </div>
            {rows.length === 0 ? (
                <p class="state-empty">{app.say("heat.empty")}</p>
            ) : (
                <HeatGrid
                    className="heat-of-rows"
                    label={`${label}. ${app.say("heat.keys")}`}
                    rows={rows}
                    columns={HOURS}
                    ticks={ticks}
                    group={HOURS_A_DAY}
                    rowHeight={rows.length > 40 ? 18 : 22}
                    leastCell={4}
                    top={top}
                    reading={reading}
                    chosen={chosen}
                    choose={choose}
                    say={(row, hour) => `${rows[row]!.name} · ${sayCell(shown[row]!, hour)}`}
                />
            )}
            <HeatTable rows={shown} kind={data.by} total={total} />
        </section>
    );
}

/** `Tue 14–15: 87% booked, 71% used`. */
function useCellWords(): (row: HeatTotal, hour: number) => string {
    const app = useApp();
    const language = app.language.value;
    return (row, at) => {
        const [booked, used] = [row.booked[at] ?? null, row.used[at] ?? null];
        const hour = hourWords(language, at);
        if (booked === null) return app.say("heat.cell.none", { hour });
        if (used === null) return app.say("heat.cell.booked", { hour, booked: shareText(language, booked) });
        return app.say("heat.cell", { hour, booked: shareText(language, booked), used: shareText(language, used) });
    };
}

function everyNth(columns: number, nth: number, words: (column: number) => string): Tick[] {
    return Array.from({ length: columns / nth }, (_, i) => ({ column: i * nth, span: nth, words: words(i * nth) }));
}

function weekTicks(language: "en" | "zh"): Tick[][] {
    return [
        everyNth(HOURS, HOURS_A_DAY, (hour) => dayWords(language, hour / HOURS_A_DAY)),
        everyNth(HOURS, 6, (hour) => String(hour % HOURS_A_DAY)),
    ];
}

