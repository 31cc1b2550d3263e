/** A table of figures that can be ordered by each of its columns. */

import { useState } from "preact/hooks";
import { useApp } from "../app/app";
import { sortRows, type Direction } from "./sort_rows";

export interface Column<Row> {
    readonly key: string;
    readonly words: string;
    /** Says more than the words have room for. */
    readonly how?: string;
    readonly value: (row: Row) => string | number | null;
    readonly text: (row: Row) => string;
}

interface Props<Row> {
    readonly label: string;
    readonly columns: readonly Column<Row>[];
    readonly rows: readonly Row[];
    readonly rowKey: (row: Row) => string;
    /** The column by which they are ordered at first; names ascend, numbers descend. */
    readonly first: string;
}

export function FigureTable<Row>({ label, columns, rows, rowKey, first }: Props<Row>) {
    const app = useApp();
    const [order, setOrder] = useState<{ key: string; direction: Direction }>(() => ({
        key: first,
        direction: firstDirection(columns.find(({ key }) => key === first)!, rows),
    }));
    const by = columns.find(({ key }) => key === order.key) ?? columns[0]!;
    const sort = (column: Column<Row>) => {
        const turned = order.direction === "ascending" ? "descending" : "ascending";
        const direction = column.key === order.key ? turned : firstDirection(column, rows);
        setOrder({ key: column.key, direction });
    };
    return (
        <div class="table-frame" role="region" aria-label={label} tabIndex={0}>
            <table class="figure-table">
                <thead>
                    <tr>
                        {columns.map((column) => (
                            <HeadCell
                                key={column.key}
                                column={column}
                                isNumber={isNumeric(column, rows)}
                                sorted={column.key === by.key ? order.direction : null}
                                sort={() => sort(column)}
                            />
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {sortRows(rows, by.value, order.direction, app.language.value).map((row) => (
                        <tr key={rowKey(row)}>
                            {columns.map((column, i) =>
                                i === 0 ? (
                                    <th key={column.key} scope="row">
                                        {column.text(row)}
                                    </th>
                                ) : (
                                    <td key={column.key} class={isNumeric(column, rows) ? "number" : ""}>
                                        {column.text(row)}
                                    </td>
                                ),
                            )}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

interface HeadProps<Row> {
    readonly column: Column<Row>;
    readonly isNumber: boolean;
    readonly sorted: Direction | null;
    readonly sort: () => void;
}

function HeadCell<Row>({ column, isNumber, sorted, sort }: HeadProps<Row>) {
    return (
        <th scope="col" class={isNumber ? "number" : ""} aria-sort={sorted ?? "none"}>
            <button type="button" class="sort" data-column={column.key} title={column.how ?? column.words} onClick={sort}>
                <span>{column.words}</span>
                <span class="sort-mark" aria-hidden="true">
                    {sorted === null ? "" : sorted === "ascending" ? "↑" : "↓"}
                </span>
            </button>
        </th>
    );
}

function isNumeric<Row>(column: Column<Row>, rows: readonly Row[]): boolean {
    return !rows.some((row) => typeof column.value(row) === "string");
}

function firstDirection<Row>(column: Column<Row>, rows: readonly Row[]): Direction {
    return isNumeric(column, rows) ? "descending" : "ascending";
}
