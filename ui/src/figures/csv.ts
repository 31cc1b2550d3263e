/** Tables as text, fetched from the server page by page and kept as one file. */

import type { Client } from "../api/client";

type Query = Readonly<Record<string, string>>;

/** The whole table: what follows by `Link: rel="next"` is joined on, its header row left out. */
export async function fetchTable(client: Client, path: string, query: Query): Promise<string> {
    let table = "";
    for (let cursor: string | null = ""; cursor !== null; ) {
        const asked = cursor ? { ...query, cursor } : query;
        const answer = await client.open(path, asked, { accept: "text/csv" });
        const page = new TextDecoder().decode(answer.bytes);
        table += table ? withoutHeader(page) : page;
        cursor = nextCursor(answer.headers.get("link"));
    }
    return table;
}

/** No name of a column has a line end in it, so the first line end ends the header. */
function withoutHeader(page: string): string {
    const end = page.indexOf("\n");
    return end < 0 ? "" : page.slice(end + 1);
}

export function nextCursor(link: string | null): string | null {
    const target = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link ?? "")?.[1];
    return target ? new URLSearchParams(target.split("?")[1] ?? "").get("cursor") : null;
}

/** Spreadsheets take a file with this mark for UTF-8, without it for whatever they please. */
const BYTE_ORDER_MARK = "\ufeff";

export function saveTable(name: string, table: string): void {
    const marked = table.startsWith(BYTE_ORDER_MARK) ? table : BYTE_ORDER_MARK + table;
    const address = URL.createObjectURL(new Blob([marked], { type: "text/csv;charset=utf-8" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
    // The browser has taken it once the click was handled.
    setTimeout(() => URL.revokeObjectURL(address), 0);
}
