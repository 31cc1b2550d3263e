/** Losses and metrics of a training over its epochs, as small pictures and as a table. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app/app";
import type { Chart } from "./chart";
import { panelsOf, type Panel as Picture } from "./curves";
import { CurvesSource } from "./curves_source";
import { isActive, type Work } from "./work";

const SHOWN = 9;
const MOST_ROWS = 200;

export function CurvesPanel({ work }: { work: Work }) {
    const app = useApp();
    const [source] = useState(() => new CurvesSource(app, work.id));
    const [all, setAll] = useState(false);
    useEffect(() => () => source.stop(), []);
    const curves = source.curves.value;
    const pictures = curves ? panelsOf(curves) : [];
    if (!work.workload || (pictures.length === 0 && !isActive(work))) return null;
    const shown = all ? pictures : pictures.slice(0, SHOWN);
    return (
        <section class="panel curves" aria-label={app.say("curves.title")}>
            <h2>{app.say("curves.title")}</h2>
            {pictures.length === 0 && <p class="work-quiet">{app.say("curves.none")}</p>}
            <div class="curves-grid">
                {shown.map((picture) => (
                    <CurvePicture key={picture.title} picture={picture} />
                ))}
            </div>
            {shown.length < pictures.length && (
                <button type="button" class="quiet" onClick={() => setAll(true)}>
                    {app.say("work.all", { n: pictures.length })}
                </button>
            )}
            {pictures.length > 0 && <CurvesTable pictures={pictures} />}
        </section>
    );
}

function CurvePicture({ picture }: { picture: Picture }) {
    const app = useApp();
    const host = useRef<HTMLDivElement>(null);
    const chart = useRef<Chart | null>(null);
    const latest = useRef(picture);
    latest.current = picture;
    const [pointed, setPointed] = useState<number | null>(null);
    const scheme = useScheme();
    useEffect(() => {
        let left = false;
        // Most looks at the page need no pictures; their library comes when one does.
        void import("./chart").then((module) => {
            if (left || !host.current) return;
            chart.current = new module.Chart(host.current, { show: setPointed });
            chart.current.draw(latest.current);
        });
        return () => {
            left = true;
            chart.current?.clear();
            chart.current = null;
        };
    }, []);
    useEffect(() => chart.current?.draw(picture), [picture.epochs.join(), scheme, app.theme.value]);
    const last = picture.epochs.length - 1;
    const at = Math.min(pointed ?? last, last);
    const words = app.say("curves.label", {
        title: picture.title,
        from: picture.epochs[0] ?? 0,
        to: picture.epochs[last] ?? 0,
        values: picture.series.map(({ label, values }) => `${label} ${numberText(values[last])}`).join(", "),
    });
    return (
        <figure class="curve" data-title={picture.title}>
            <figcaption>
                <strong>{picture.title}</strong>
                <span class="curve-epoch">
                    {app.say("curves.epoch")} {picture.epochs[at]}
                </span>
            </figcaption>
            <ul class="curve-legend">
                {picture.series.map(({ name, label, values }, i) => (
                    <li key={name} title={name}>
                        <span class={`curve-line curve-${i % 4}${i >= 4 ? " dashed" : ""}`} />
                        <span class="curve-name">{label}</span>
                        <b>{numberText(values[at])}</b>
                    </li>
                ))}
            </ul>
            <div class="curve-canvas" ref={host} role="img" aria-label={words} />
        </figure>
    );
}

/** Which colours hold where the page leaves the choice to the system. */
function useScheme(): boolean {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const [dark, setDark] = useState(query.matches);
    useEffect(() => {
        const change = () => setDark(query.matches);
        query.addEventListener("change", change);
        return () => query.removeEventListener("change", change);
    }, []);
    return dark;
}

/** Four digits that count. */
export function numberText(value: number | null | undefined): string {
    if (value === null || value === undefined) return "–";
    const size = Math.abs(value);
    if (size !== 0 && (size < 0.001 || size >= 1e6)) return value.toExponential(2);
    return String(Number(value.toPrecision(4)));
}

function CurvesTable({ pictures }: { pictures: readonly Picture[] }) {
    const app = useApp();
    const [open, setOpen] = useState(false);
    return (
        <details class="curves-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>{app.say("curves.table")}</summary>
            {open && (
                <div class="table-scroll" tabIndex={0} role="region" aria-label={app.say("curves.table")}>
                    <Values pictures={pictures} />
                </div>
            )}
        </details>
    );
}

function Values({ pictures }: { pictures: readonly Picture[] }) {
    const app = useApp();
    const columns = pictures.flatMap((picture) =>
        picture.series.map(({ name, values }) => ({
            name,
            at: new Map(picture.epochs.map((epoch, i) => [epoch, values[i]])),
        })),
    );
    const epochs = [...new Set(pictures.flatMap((picture) => picture.epochs))].sort((a, b) => b - a);
    return (
        <table>
            <thead>
                <tr>
                    <th scope="col">{app.say("curves.epoch")}</th>
                    {columns.map(({ name }) => (
                        <th key={name} scope="col">
                            {name}
                        </th>
                    ))}
                </tr>
            </thead>
            <tbody>
                {epochs.slice(0, MOST_ROWS).map((epoch) => (
                    <tr key={epoch}>
                        <th scope="row">{epoch}</th>
                        {columns.map(({ name, at }) => (
                            <td key={name}>{numberText(at.get(epoch))}</td>
                        ))}
                    </tr>
                ))}
            </tbody>
        </table>
    );
}
