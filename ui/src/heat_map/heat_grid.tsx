/**
 * A grid of shares as colours. The cells are drawn on one canvas, and only those of the rows near
 * the screen, so that a thousand rows are as quick as ten. To the keyboard and to readers of the
 * screen it is a grid like any other: the cell under the cursor is an element that says its share.
 */

import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useApp } from "../app/app";
import { useWidth } from "../figures/use_width";
import { drawCells, edgeOf, paletteOf, type Geometry } from "./heat_canvas";
import { moved, type Place } from "./grid_cursor";
import type { Share } from "./heat_answer";
import { HeatTip } from "./heat_tip";
import { HeatSamples } from "./heat_legend";
import type { Reading } from "./heat_scale";

export interface GridRow {
    readonly key: string;
    readonly name: string;
    readonly note?: string;
    readonly shares: readonly Share[];
}

export interface Tick {
    readonly column: number;
    /** Columns that it stands for. */
    readonly span: number;
    readonly words: string;
}

interface Props {
    readonly label: string;
    readonly rows: readonly GridRow[];
    readonly columns: number;
    readonly ticks: readonly (readonly Tick[])[];
    readonly group: number;
    readonly rowHeight: number;
    readonly leastCell: number;
    readonly top: number;
    readonly reading: Reading;
    /** What is said of a cell. */
    readonly say: (row: number, column: number) => string;
    readonly chosen?: string | null;
    readonly choose?: (key: string) => void;
    readonly className?: string;
}

interface Cursor extends Place {
    readonly by: "keys" | "pointer";
}

/** Rows above and below the screen that are drawn as well. */
const SPARE = 24;

export function HeatGrid(props: Props) {
    const { rows, columns, rowHeight } = props;
    const app = useApp();
    const id = useId();
    const scroller = useRef<HTMLDivElement>(null);
    const body = useRef<HTMLDivElement>(null);
    const [cursor, setCursor] = useState<Cursor | null>(null);
    const geometry = useGeometry(props, scroller);
    const [first, last] = useShownRows(scroller, rows.length, rowHeight);
    const at = cursor && cursor.row < rows.length ? cursor : null;

    const step = (event: KeyboardEvent) => {
        const place = at ?? { row: first, column: 0 };
        if (event.key === "Escape") return setCursor(null);
        if ((event.key === "Enter" || event.key === " ") && props.choose) {
            event.preventDefault();
            return props.choose(rows[place.row]!.key);
        }
        const page = Math.max(1, Math.floor(scroller.current!.clientHeight / rowHeight) - 2);
        const leap = props.group || columns;
        const next = at ? moved(place, event, { rows: rows.length, columns, page, leap }) : place;
        if (!next || event.altKey || event.metaKey) return;
        event.preventDefault();
        setCursor({ ...next, by: "keys" });
        bringIntoView(scroller.current!, body.current!, next, geometry);
    };
    const point = (event: PointerEvent) => {
        const box = body.current!.getBoundingClientRect();
        const column = Math.floor((event.clientX - box.left) / geometry.cellWidth);
        const row = Math.floor((event.clientY - box.top) / rowHeight);
        const isInside = row >= 0 && row < rows.length && column >= 0 && column < columns;
        setCursor(isInside ? { row, column, by: "pointer" } : null);
    };
    const said = at ? props.say(at.row, at.column) : "";
    const cellId = `${id}-cell`;
    return (
        <div class={`heat ${props.className ?? ""}`}>
            <div
                class="heat-scroll"
                ref={scroller}
                role="grid"
                tabIndex={0}
                aria-label={props.label}
                aria-rowcount={rows.length + 1}
                aria-colcount={columns + 1}
                aria-activedescendant={at ? cellId : undefined}
                onKeyDown={step}
                onFocus={() => at ?? setCursor({ row: first, column: 0, by: "keys" })}
                onBlur={() => setCursor(null)}
            >
                <div class="heat-space">
                    <Head ticks={props.ticks} geometry={geometry} />
                    <div class="heat-names" role="rowgroup" ref={heightOf(rows.length * rowHeight)}>
                        {rows.slice(first, last).map((row, i) => (
                            <NameRow
                                key={row.key}
                                row={row}
                                index={first + i}
                                rowHeight={rowHeight}
                                isChosen={props.chosen === row.key}
                                isLit={at?.row === first + i}
                                choose={props.choose}
                            >
                                {at?.row === first + i && (
                                    <span
                                        id={cellId}
                                        role="gridcell"
                                        class="visually-hidden"
                                        aria-colindex={at.column + 2}
                                        aria-label={said}
                                    />
                                )}
                            </NameRow>
                        ))}
                    </div>
                    <div
                        class="heat-body"
                        role="presentation"
                        ref={body}
                        onPointerMove={point}
                        onPointerDown={point}
                        onPointerLeave={() => setCursor((now) => (now?.by === "pointer" ? null : now))}
                        onClick={() => at && props.choose?.(rows[at.row]!.key)}
                    >
                        <Cells {...props} geometry={geometry} first={first} last={last} theme={app.theme.value} />
                        {at && <Mark place={at} geometry={geometry} />}
                    </div>
                </div>
            </div>
            {at && <HeatTip text={said} body={body} place={at} geometry={geometry} />}
        </div>
    );
}

/** Sets a height without a style attribute in the markup. */
function heightOf(pixels: number) {
    return (element: HTMLElement | null) => {
        if (element) element.style.height = `${pixels}px`;
    };
}

function useGeometry({ columns, group, rowHeight, leastCell }: Props, scroller: { current: HTMLDivElement | null }): Geometry {
    const width = useWidth(scroller);
    const names = scroller.current ? parseFloat(getComputedStyle(scroller.current).getPropertyValue("--heat-names")) : 0;
    const cellWidth = Math.max(leastCell, (width - names) / columns);
    return useMemo(() => ({ columns, group, rowHeight, cellWidth }), [columns, group, rowHeight, cellWidth]);
}

/** The rows near the screen, from the first to behind the last. */
function useShownRows(scroller: { current: HTMLDivElement | null }, count: number, rowHeight: number): [number, number] {
    const [first, setFirst] = useState(0);
    const [height, setHeight] = useState(800);
    useLayoutEffect(() => {
        const host = scroller.current!;
        const look = () => {
            setHeight(host.clientHeight);
            // In steps of half the spare rows: most movements change nothing.
            const block = SPARE / 2;
            setFirst(Math.floor(host.scrollTop / rowHeight / block) * block);
        };
        look();
        host.addEventListener("scroll", look, { passive: true });
        return () => host.removeEventListener("scroll", look);
    }, [count, rowHeight]);
    const start = Math.max(0, Math.min(first, count) - SPARE);
    return [start, Math.min(count, first + Math.ceil(height / rowHeight) + 2 * SPARE)];
}

function bringIntoView(scroller: HTMLElement, body: HTMLElement, place: Place, geometry: Geometry): void {
    const names = body.offsetLeft;
    const head = body.offsetTop;
    const x = place.column * geometry.cellWidth;
    const y = place.row * geometry.rowHeight;
    const right = scroller.clientWidth - names - geometry.cellWidth;
    const low = scroller.clientHeight - head - geometry.rowHeight;
    scroller.scrollTo({
        left: Math.min(x, Math.max(scroller.scrollLeft, x - right)),
        top: Math.min(y, Math.max(scroller.scrollTop, y - low)),
    });
}

function Head({ ticks, geometry }: { ticks: readonly (readonly Tick[])[]; geometry: Geometry }) {
    return (
        <>
            <div class="heat-corner" role="presentation" />
            <div class="heat-head" role="rowgroup">
                {ticks.map((line, i) => (
                    <div key={i} class="heat-ticks" role="row">
                        {line.map(({ column, span, words }) => (
                            <span
                                key={column}
                                class="heat-tick"
                                role="columnheader"
                                aria-colindex={column + 2}
                                ref={(element) => {
                                    if (!element) return;
                                    element.style.left = `${column * geometry.cellWidth}px`;
                                    element.style.width = `${span * geometry.cellWidth}px`;
                                }}
                            >
                                {words}
                            </span>
                        ))}
                    </div>
                ))}
            </div>
        </>
    );
}

interface NameRowProps {
    readonly row: GridRow;
    readonly index: number;
    readonly rowHeight: number;
    readonly isChosen: boolean;
    readonly isLit: boolean;
    readonly choose: ((key: string) => void) | undefined;
    readonly children: preact.ComponentChildren;
}

function NameRow({ row, index, rowHeight, isChosen, isLit, choose, children }: NameRowProps) {
    return (
        <div
            class={`heat-name${isChosen ? " chosen" : ""}${isLit ? " lit" : ""}${choose ? " choosable" : ""}`}
            role="row"
            aria-rowindex={index + 2}
            aria-selected={choose ? isChosen : undefined}
            data-row={row.key}
            ref={(element) => {
                if (!element) return;
                element.style.top = `${index * rowHeight}px`;
                element.style.height = `${rowHeight - 1}px`;
            }}
            onClick={() => choose?.(row.key)}
        >
            <span role="rowheader" title={row.name}>
                {row.name}
            </span>
            {row.note && (
                <small role="presentation" aria-hidden="true">
                    {row.note}
                </small>
            )}
            {children}
        </div>
    );
}

interface CellsProps extends Props {
    readonly geometry: Geometry;
    readonly first: number;
    readonly last: number;
    readonly theme: string;
}

function Cells({ rows, top, reading, geometry, first, last, theme }: CellsProps) {
    const canvas = useRef<HTMLCanvasElement>(null);
    const samples = useRef<HTMLSpanElement>(null);
    const isDark = useSystemDark();
    useLayoutEffect(() => {
        canvas.current!.style.top = `${first * geometry.rowHeight}px`;
        const shown = rows.slice(first, last).map(({ shares }) => shares);
        drawCells(canvas.current!, shown, top, geometry, paletteOf(samples.current!));
    }, [rows, top, reading, geometry, first, last, theme, isDark]);
    return (
        <>
            <span hidden ref={samples}>
                <HeatSamples reading={reading} />
            </span>
            <canvas ref={canvas} aria-hidden="true" />
        </>
    );
}

function useSystemDark(): boolean {
    const [query] = useState(() => matchMedia("(prefers-color-scheme: dark)"));
    const [isDark, setDark] = useState(query.matches);
    useEffect(() => {
        const look = () => setDark(query.matches);
        query.addEventListener("change", look);
        return () => query.removeEventListener("change", look);
    }, []);
    return isDark;
}

function Mark({ place, geometry }: { place: Place; geometry: Geometry }) {
    const ratio = window.devicePixelRatio || 1;
    const left = edgeOf(place.column, geometry, ratio) / ratio;
    const right = edgeOf(place.column + 1, geometry, ratio) / ratio;
    return (
        <span
            class="heat-mark"
            ref={(element) => {
                if (!element) return;
                element.style.left = `${left}px`;
                element.style.width = `${right - left - 1}px`;
                element.style.top = `${place.row * geometry.rowHeight}px`;
                element.style.height = `${geometry.rowHeight - 1}px`;
            }}
        />
    );
}
