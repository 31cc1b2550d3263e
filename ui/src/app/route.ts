/**
 * Which page is shown, and with what: kept in the address after `#`, so that it can be sent to others.
 *
 *     #/calendar?date=2026-12-02&view=week&team=vision
 *     #/work/r-17
 */

export const PAGES = ["calendar", "work", "heat-map", "reports", "audit"] as const;
export type PageName = (typeof PAGES)[number];

export interface Route {
    readonly page: PageName;
    /** What follows the page's name, such as a reservation's id. */
    readonly rest: string;
    readonly query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
    const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
    const [name = "", ...rest] = path.split("/");
    const page = PAGES.find((known) => known === name) ?? "calendar";
    return { page, rest: decodeURIComponent(rest.join("/")), query: new URLSearchParams(query) };
}

export function formatRoute(page: PageName, query: URLSearchParams | null = null, rest = ""): string {
    const text = query?.toString() ?? "";
    return `#/${page}${rest ? `/${encodeURIComponent(rest)}` : ""}${text ? `?${text}` : ""}`;
}
