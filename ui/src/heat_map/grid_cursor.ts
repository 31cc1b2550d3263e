/** Where the keys take the cursor of a grid. */

export interface Place {
    readonly row: number;
    readonly column: number;
}

export interface GridSize {
    readonly rows: number;
    readonly columns: number;
    /** How far Page Up and Page Down go. */
    readonly page: number;
    /** How far Shift with left and right goes: a day. */
    readonly leap: number;
}

interface Key {
    readonly key: string;
    readonly ctrlKey: boolean;
    readonly shiftKey: boolean;
}

/** Null: the key is none of the grid's. */
export function moved(place: Place, { key, ctrlKey, shiftKey }: Key, size: GridSize): Place | null {
    const across = shiftKey ? size.leap : 1;
    const last = { row: size.rows - 1, column: size.columns - 1 };
    const to = (row: number, column: number): Place => ({
        row: Math.min(last.row, Math.max(0, row)),
        column: Math.min(last.column, Math.max(0, column)),
    });
    switch (key) {
        case "ArrowLeft":
            return to(place.row, place.column - across);
        case "ArrowRight":
            return to(place.row, place.column + across);
        case "ArrowUp":
            return to(place.row - 1, place.column);
        case "ArrowDown":
            return to(place.row + 1, place.column);
        case "PageUp":
            return to(place.row - size.page, place.column);
        case "PageDown":
            return to(place.row + size.page, place.column);
        case "Home":
            return to(ctrlKey ? 0 : place.row, 0);
        case "End":
            return to(ctrlKey ? last.row : place.row, last.column);
        default:
            return null;
    }
}
