/**
 * A grid of shares as colours. The cells are drawn on one canvas, and only those of the rows near
 * the screen, so that a thousand rows are as quick as ten. To the keyboard and to readers of the
 * screen it is a grid like any other: the cell under the cursor is an element that says its share.
 */

import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useApp } from "../app/app";
import { useWidth } from "../figures/use_width";
import { edgeOf, paletteOf, type Geometry, type Palette } from "./heat_canvas";
import { moved, type Place } from "./grid_cursor";
import { BLOCK, CellBlock, NameBlock, type GridRow } from "./heat_blocks";
import { HeatTip } from "./heat_tip";
import { HeatSamples } from "./heat_legend";
import type { Reading } from "./heat_scale";

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

export function HeatGrid(props: Props) {
    const { rows, columns, rowHeight, top, choose } = props;
    const id = useId();
    const scroller = useRef<HTMLDivElement>(null);
    const body = useRef<HTMLDivElement>(null);
    const samples = useRef<HTMLSpanElement>(null);
    const [cursor, setCursor] = useState<Cursor | null>(null);
    const geometry = useGeometry(props, scroller);
    const blocks = useShownBlocks(scroller, rows.length, rowHeight);
    const palette = usePalette(samples, props.reading);
    const at = cursor && cursor.row < rows.length ? cursor : null;
    const firstShown = () => Math.floor(scroller.current!.scrollTop / rowHeight);

    const step = (event: KeyboardEvent) => {
        const place = at ?? { row: firstShown(), column: 0 };
        if (event.key === "Escape") return setCursor(null);
        if ((event.key === "Enter" || event.key === " ") && choose) {
            event.preventDefault();
            return choose(rows[place.row]!.key);
        }
        const page = Math.max(1, Math.floor(scroller.current!.clientHeight / rowHeight) - 2);
        const leap = props.group || columns;
        const next = moved(place, event, { rows: rows.length, columns, page, leap });
        if (!next || event.altKey || event.metaKey) return;
        event.preventDefault();
        // The first key after Escape brings the cursor back to where one is.
        const to = at ? next : place;
        setCursor({ ...to, by: "keys" });
        bringIntoView(scroller.current!, body.current!, to, geometry);
    };
    const point = (event: PointerEvent) => {
        const box = body.current!.getBoundingClientRect();
        const column = Math.floor((event.clientX - box.left) / geometry.cellWidth);
        const row = Math.floor((event.clientY - box.top) / rowHeight);
        const isInside = row >= 0 && row < rows.length && column >= 0 && column < columns;
        if (isInside && at?.row === row && at.column === column) return;
        setCursor(isInside ? { row, column, by: "pointer" } : null);
    };
    const said = at ? props.say(at.row, at.column) : "";
    const cell = at && { id: `${id}-cell`, row: at.row, column: at.column, said };
    const isIn = (block: number, row: number) => Math.floor(row / BLOCK) === block;
    return (
        <div class={`heat ${props.className ?? ""}`}>
            <span hidden ref={samples}>
                <HeatSamples reading={props.reading} />
            </span>
            <div
                class="heat-scroll"
                ref={scroller}
                role="grid"
                tabIndex={0}
                aria-label={props.label}
                aria-rowcount={rows.length + 1}
                aria-colcount={columns + 1}
                aria-activedescendant={cell?.id}
                onKeyDown={step}
                onFocus={() => setCursor((now) => now ?? { row: firstShown(), column: 0, by: "keys" })}
                onBlur={() => setCursor(null)}
            >
                <div class="heat-space">
                    <Head ticks={props.ticks} geometry={geometry} />
                    <div class="heat-names" role="rowgroup" ref={heightOf(rows.length * rowHeight)}>
                        {blocks.map((block) => (
                            <NameBlock
                                key={block}
                                block={block}
                                rows={rows}
                                rowHeight={rowHeight}
                                chosen={props.chosen ?? null}
                                choose={choose}
                                cell={cell && isIn(block, cell.row) ? cell : null}
                            />
                        ))}
                    </div>
                    <div
                        class="heat-body"
                        role="presentation"
                        ref={body}
                        onPointerMove={point}
                        onPointerDown={point}
                        onPointerLeave={() => setCursor((now) => (now?.by === "pointer" ? null : now))}
                        onClick={() => at && choose?.(rows[at.row]!.key)}
                    >
                        {palette &&
                            blocks.map((block) => (
                                <CellBlock
                                    key={block}
                                    block={block}
                                    rows={rows}
                                    top={top}
                                    geometry={geometry}
                                    palette={palette}
                                />
                            ))}
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

type Host = { readonly current: HTMLElement | null };

function useGeometry({ columns, group, rowHeight, leastCell }: Props, scroller: Host): Geometry {
    const width = useWidth(scroller);
    const names = scroller.current ? parseFloat(getComputedStyle(scroller.current).getPropertyValue("--heat-names")) : 0;
    const cellWidth = Math.max(leastCell, (width - names) / columns);
    return useMemo(() => ({ columns, group, rowHeight, cellWidth }), [columns, group, rowHeight, cellWidth]);
}

/** The blocks of rows on the screen and one on either side. */
function useShownBlocks(scroller: Host, count: number, rowHeight: number): number[] {
    const [[first, last], setShown] = useState<[number, number]>([0, 2]);
    useLayoutEffect(() => {
        const host = scroller.current!;
        const height = BLOCK * rowHeight;
        const look = () => {
            const from = Math.floor(host.scrollTop / height) - 1;
            const to = Math.floor((host.scrollTop + host.clientHeight) / height) + 1;
            setShown((shown) => (shown[0] === from && shown[1] === to ? shown : [from, to]));
        };
        look();
        host.addEventListener("scroll", look, { passive: true });
        return () => host.removeEventListener("scroll", look);
    }, [count, rowHeight]);
    const final = Math.min(last, Math.ceil(count / BLOCK) - 1);
    const start = Math.max(0, first);
    return Array.from({ length: Math.max(0, final - start + 1) }, (_, i) => start + i);
}

/** Read anew whenever the page changes its colours. */
function usePalette(samples: Host, reading: Reading): Palette | null {
    const app = useApp();
    const theme = app.theme.value;
    const isDark = useSystemDark();
    const [palette, setPalette] = useState<Palette | null>(null);
    useLayoutEffect(() => setPalette(paletteOf(samples.current!)), [reading, theme, isDark]);
    return palette;
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
