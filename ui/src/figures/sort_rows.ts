/** Rows in the order of one of their values. */

import { locales, type Language } from "../words/words";

export type Direction = "ascending" | "descending";
type Value = string | number | null;

/**
 * A new list. Numbers by size, names as the language orders them, with numbers in them by size
 * (node9 before node10). Equal ones keep their order; what is not known comes last either way.
 */
export function sortRows<Row>(
    rows: readonly Row[],
    valueOf: (row: Row) => Value,
    direction: Direction,
    language: Language,
): Row[] {
    const names = new Intl.Collator(locales[language], { numeric: true });
    const sign = direction === "ascending" ? 1 : -1;
    const compare = (a: Value, b: Value): number => {
        if (a === null || b === null) return Number(a === null) - Number(b === null);
        if (typeof a === "number" && typeof b === "number") return sign * (a - b);
        return sign * names.compare(String(a), String(b));
    };
    return [...rows].sort((a, b) => compare(valueOf(a), valueOf(b)));
}
