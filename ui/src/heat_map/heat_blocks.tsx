/** The rows of a heat map in blocks: scrolling draws those that come, and leaves the others alone. */

import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { drawCells, type Geometry, type Palette } from "./heat_canvas";
import type { Share } from "./heat_answer";

export const BLOCK = 24;

export interface GridRow {
    readonly key: string;
    readonly name: string;
    readonly note?: string;
    readonly shares: readonly Share[];
}

/** The cell under the cursor. */
export interface Cell {
    readonly id: string;
    readonly row: number;
    readonly column: number;
    readonly said: string;
}

interface NameProps {
    readonly block: number;
    readonly rows: readonly GridRow[];
    readonly rowHeight: number;
    readonly chosen: string | null;
    readonly choose: ((key: string) => void) | undefined;
    /** Null when it is in none of these rows. */
    readonly cell: Cell | null;
}

export function NameBlock({ block, rows, rowHeight, chosen, choose, cell }: NameProps) {
    const first = block * BLOCK;
    return useMemo(
        () => (
            <>
                {rows.slice(first, first + BLOCK).map((row, i) => (
                    <NameRow
                        key={row.key}
                        row={row}
                        index={first + i}
                        rowHeight={rowHeight}
                        isChosen={chosen === row.key}
                        choose={choose}
                        cell={cell?.row === first + i ? cell : null}
                    />
                ))}
            </>
        ),
        [block, rows, rowHeight, chosen, choose, cell?.row, cell?.said],
    );
}

interface NameRowProps extends Pick<NameProps, "rowHeight" | "choose" | "cell"> {
    readonly row: GridRow;
    readonly index: number;
    readonly isChosen: boolean;
}

function NameRow({ row, index, rowHeight, isChosen, choose, cell }: NameRowProps) {
    return (
        <div
            class={`heat-name${isChosen ? " chosen" : ""}${cell ? " lit" : ""}${choose ? " choosable" : ""}`}
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
            {row.note && <small aria-hidden="true">{row.note}</small>}
            {cell && (
                <span
                    id={cell.id}
                    role="gridcell"
                    class="visually-hidden"
                    aria-colindex={cell.column + 2}
                    aria-label={cell.said}
                />
            )}
        </div>
    );
}

interface CellProps {
    readonly block: number;
    readonly rows: readonly GridRow[];
    readonly top: number;
    readonly geometry: Geometry;
    readonly palette: Palette;
}

export function CellBlock({ block, rows, top, geometry, palette }: CellProps) {
    const canvas = useRef<HTMLCanvasElement>(null);
    const first = block * BLOCK;
    useLayoutEffect(() => {
        canvas.current!.style.top = `${first * geometry.rowHeight}px`;
        const shares = rows.slice(first, first + BLOCK).map((row) => row.shares);
        drawCells(canvas.current!, shares, top, geometry, palette);
    }, [first, rows, top, geometry, palette]);
    return useMemo(() => <canvas ref={canvas} aria-hidden="true" />, []);
}
