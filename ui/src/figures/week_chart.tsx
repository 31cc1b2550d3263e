/**
 * A few figures week by week, as lines or as columns; the legend has the numbers of the week under
 * the pointer, else of the last one. Readers of the screen get them as a table.
 */

import { useRef, useState } from "preact/hooks";
import { useApp } from "../app/app";
import { linePath } from "./line_path";
import { useWidth } from "./use_width";

export interface Series {
    readonly words: string;
    /** Of the stylesheet: its colour. */
    readonly className: string;
}

export interface Week {
    /** Its Monday. */
    readonly from: number;
    /** One for each of the series. */
    readonly values: readonly (number | null)[];
}

interface Props {
    readonly label: string;
    readonly shape: "lines" | "columns";
    readonly series: readonly Series[];
    readonly weeks: readonly Week[];
    /** The axis ends there. */
    readonly top: number;
    readonly text: (value: number | null) => string;
}

const HEIGHT = 190;
const MARGIN = { left: 46, right: 10, top: 10, bottom: 24 } as const;
const TICKS = 4;
const LABEL_WIDTH = 58;

export function WeekChart(props: Props) {
    const app = useApp();
    const host = useRef<HTMLDivElement>(null);
    const width = useWidth(host);
    const [under, setUnder] = useState<number | null>(null);
    const { weeks, series, text } = props;
    const day = new Intl.DateTimeFormat(app.formats.value.language === "zh" ? "zh-CN" : "en-GB", {
        day: "numeric",
        month: "short",
        timeZone: app.siteZone.value,
    });
    const named = under !== null && under < weeks.length ? under : weeks.length - 1;
    const week = weeks[named];
    return (
        <figure class="week-chart">
            <figcaption class="chart-legend">
                {series.map(({ words, className }, i) => (
                    <span key={words} class={`chart-key ${className}`}>
                        <i aria-hidden="true" />
                        {words}
                        {week && <b>{text(week.values[i] ?? null)}</b>}
                    </span>
                ))}
                {week && <span class="chart-week">{app.say("figures.weekof", { day: day.format(week.from) })}</span>}
            </figcaption>
            <div class="chart-host" ref={host}>
                {width > 0 && weeks.length > 0 && (
                    <Picture {...props} width={width} named={named} day={(at) => day.format(at)} point={setUnder} />
                )}
            </div>
            <HiddenTable {...props} day={(at) => day.format(at)} />
        </figure>
    );
}

interface PictureProps extends Props {
    readonly width: number;
    readonly named: number;
    readonly day: (at: number) => string;
    readonly point: (week: number | null) => void;
}

function Picture({ label, shape, series, weeks, top, text, width, named, day, point }: PictureProps) {
    const inner = width - MARGIN.left - MARGIN.right;
    const band = inner / weeks.length;
    const middle = (i: number) => MARGIN.left + (i + 0.5) * band;
    const y = (value: number) => MARGIN.top + (1 - Math.min(value, top) / top) * (HEIGHT - MARGIN.top - MARGIN.bottom);
    const every = Math.max(1, Math.ceil(LABEL_WIDTH / band));
    const ticks = Array.from({ length: TICKS + 1 }, (_, i) => (top * i) / TICKS);
    return (
        <svg width={width} height={HEIGHT} role="img" aria-label={label} onPointerLeave={() => point(null)}>
            {ticks.map((tick) => (
                <g key={tick} class="chart-tick">
                    <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} />
                    <text x={MARGIN.left - 8} y={y(tick) + 4} text-anchor="end">
                        {text(tick)}
                    </text>
                </g>
            ))}
            <rect
                class="chart-band"
                x={middle(named) - band / 2}
                width={band}
                y={MARGIN.top}
                height={HEIGHT - MARGIN.top - MARGIN.bottom}
            />
            {weeks.map(({ from }, i) =>
                (weeks.length - 1 - i) % every === 0 ? (
                    <text key={from} class="chart-day" x={middle(i)} y={HEIGHT - 6} text-anchor="middle">
                        {day(from)}
                    </text>
                ) : null,
            )}
            {series.map((one, at) => {
                const values = weeks.map((week) => week.values[at] ?? null);
                return shape === "lines" ? (
                    <Line key={one.words} className={one.className} values={values} x={middle} y={y} />
                ) : (
                    <Columns
                        key={one.words}
                        className={one.className}
                        values={values}
                        width={Math.min(18, (band * 0.72) / series.length)}
                        x={(i, wide) => middle(i) + (at - series.length / 2) * wide}
                        y={y}
                    />
                );
            })}
            {weeks.map(({ from }, i) => (
                <rect
                    key={from}
                    class="chart-touch"
                    x={middle(i) - band / 2}
                    width={band}
                    y={0}
                    height={HEIGHT}
                    onPointerEnter={() => point(i)}
                    onPointerDown={() => point(i)}
                />
            ))}
        </svg>
    );
}

interface LineProps {
    readonly className: string;
    readonly values: readonly (number | null)[];
    readonly x: (week: number) => number;
    readonly y: (value: number) => number;
}

function Line({ className, values, x, y }: LineProps) {
    return (
        <g class={`chart-line ${className}`}>
            <path d={linePath(values, x, y)} />
            {values.map((value, i) => (value === null ? null : <circle key={i} cx={x(i)} cy={y(value)} r={3.5} />))}
        </g>
    );
}

interface ColumnsProps {
    readonly className: string;
    readonly values: readonly (number | null)[];
    readonly width: number;
    readonly x: (week: number, width: number) => number;
    readonly y: (value: number) => number;
}

function Columns({ className, values, width, x, y }: ColumnsProps) {
    return (
        <g class={`chart-columns ${className}`}>
            {values.map((value, i) =>
                value === null || value <= 0 ? null : (
                    <rect key={i} x={x(i, width)} width={Math.max(1, width - 1)} y={y(value)} height={y(0) - y(value)} />
                ),
            )}
        </g>
    );
}

function HiddenTable({ label, series, weeks, text, day }: Props & { day: (at: number) => string }) {
    const app = useApp();
    return (
        <table class="visually-hidden">
            <caption>{label}</caption>
            <thead>
                <tr>
                    <th scope="col">{app.say("figures.week")}</th>
                    {series.map(({ words }) => (
                        <th key={words} scope="col">
                            {words}
                        </th>
                    ))}
                </tr>
            </thead>
            <tbody>
                {weeks.map(({ from, values }) => (
                    <tr key={from}>
                        <th scope="row">{day(from)}</th>
                        {series.map(({ words }, i) => (
                            <td key={words}>{text(values[i] ?? null)}</td>
                        ))}
                    </tr>
                ))}
            </tbody>
        </table>
    );
}
