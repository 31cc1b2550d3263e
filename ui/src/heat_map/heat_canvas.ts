/** Draws the cells of some rows of a heat map. */

import { STEPS, stepOf } from "./heat_scale";
import type { Share } from "./heat_answer";

export interface Palette {
    /** From nothing to all of it. */
    readonly steps: readonly string[];
    /** The same for less than nothing. */
    readonly below: readonly string[];
    /** Of the dash for what is not known. */
    readonly none: string;
}

export interface Geometry {
    readonly columns: number;
    readonly cellWidth: number;
    readonly rowHeight: number;
    /** Columns between two wider gaps; 0 for none. */
    readonly group: number;
}

/** The colours as the page has them just now: they are read off elements that wear them. */
export function paletteOf(samples: Element): Palette {
    const colours = [...samples.children].map((sample) => getComputedStyle(sample).backgroundColor);
    return {
        steps: colours.slice(0, STEPS + 1),
        below: colours.slice(STEPS + 1, 2 * (STEPS + 1)),
        none: colours[2 * (STEPS + 1)]!,
    };
}

/** Left edge of a column in whole device pixels, so that all gaps are equally sharp. */
export function edgeOf(column: number, { cellWidth }: Geometry, ratio: number): number {
    return Math.round(column * cellWidth * ratio);
}

export function drawCells(
    canvas: HTMLCanvasElement,
    rows: readonly (readonly Share[])[],
    top: number,
    geometry: Geometry,
    palette: Palette,
): void {
    const ratio = window.devicePixelRatio || 1;
    const { columns, rowHeight, group } = geometry;
    canvas.width = edgeOf(columns, geometry, ratio);
    canvas.height = Math.round(rows.length * rowHeight * ratio);
    canvas.style.width = `${canvas.width / ratio}px`;
    canvas.style.height = `${rows.length * rowHeight}px`;
    const context = canvas.getContext("2d")!;
    const gap = Math.max(1, Math.round(ratio));
    const narrow = geometry.cellWidth < 5 ? 0 : gap;
    const fill = (colour: string, cells: readonly Box[]) => {
        context.fillStyle = colour;
        for (const [x, y, width, height] of cells) context.fillRect(x, y, width, height);
    };
    // By colour: to name one for each cell would take longer than to draw it.
    const cells = new Map<string, Box[]>();
    const edges = Array.from({ length: columns + 1 }, (_, column) => edgeOf(column, geometry, ratio));
    rows.forEach((shares, row) => {
        const y = Math.round(row * rowHeight * ratio);
        const height = Math.round((row + 1) * rowHeight * ratio) - y - gap;
        for (let column = 0; column < columns; ++column) {
            const x = edges[column]!;
            const isLast = group > 0 && (column + 1) % group === 0;
            const width = edges[column + 1]! - x - (isLast ? 2 * gap : narrow);
            const share = shares[column] ?? null;
            const box: Box = share === null ? [x, y + Math.floor(height / 2), width, gap] : [x, y, width, height];
            const colour = colourOf(share, top, palette);
            const same = cells.get(colour);
            if (same) same.push(box);
            else cells.set(colour, [box]);
        }
    });
    for (const [colour, boxes] of cells) fill(colour, boxes);
}

type Box = readonly [x: number, y: number, width: number, height: number];

function colourOf(share: Share, top: number, palette: Palette): string {
    if (share === null) return palette.none;
    const scale = share < 0 ? palette.below : palette.steps;
    return scale[stepOf(Math.abs(share), top)]!;
}
