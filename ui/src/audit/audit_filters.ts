/** Which rows are asked for, as it stands in the address. */

import { addDays, dateFromText, instantOf } from "../time/zone";

export const FILTERS = ["q", "actor", "team", "reservation", "kind", "command", "gpu", "from", "to"] as const;
export type FilterName = (typeof FILTERS)[number];
export type Filters = Readonly<Partial<Record<FilterName, string>>>;

export function filtersOf(query: URLSearchParams): Filters {
    const filters: Partial<Record<FilterName, string>> = {};
    for (const name of FILTERS) {
        const value = query.get(name)?.trim();
        if (value) filters[name] = value;
    }
    return filters;
}

export function withFilter(query: URLSearchParams, name: FilterName, value: string): URLSearchParams {
    const next = new URLSearchParams(query);
    if (value.trim()) next.set(name, value.trim());
    else next.delete(name);
    return next;
}

/** As the API wants them: days become instants, the last one included. */
export function apiQuery(filters: Filters, zone: string): Record<string, string> {
    const query: Record<string, string> = { ...filters };
    for (const [name, days] of [["from", 0], ["to", 1]] as const) {
        const date = dateFromText(filters[name] ?? null);
        delete query[name];
        if (!date) continue;
        const instant = instantOf(addDays(date, days), 0, zone);
        query[name] = new Date(instant).toISOString().replace(".000Z", "Z");
    }
    return query;
}
