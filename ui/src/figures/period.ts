/**
 * The time that figures are about: the last so many weeks, or days from a calendar. In the address
 * it is `weeks=12`, or `from=2026-11-02&to=2026-11-29` with the last day included.
 */

import { addDays, dateFromText, dateToText, instantOf, mondayOf, wallTime, type CivilDate } from "../time/zone";

export const USUAL_WEEKS = [4, 12] as const;

export type Period =
    | { readonly kind: "weeks"; readonly weeks: number }
    | { readonly kind: "days"; readonly first: CivilDate; readonly last: CivilDate };

export interface Span {
    readonly from: number;
    readonly to: number;
}

export function periodOf(query: URLSearchParams): Period {
    const first = dateFromText(query.get("from"));
    const last = dateFromText(query.get("to"));
    if (first && last) return { kind: "days", first, last };
    const asked = Number(query.get("weeks"));
    return { kind: "weeks", weeks: USUAL_WEEKS.find((weeks) => weeks === asked) ?? USUAL_WEEKS[0] };
}

/** `query` with this period in it; the usual one is left out. */
export function withPeriod(query: URLSearchParams, period: Period): URLSearchParams {
    const next = new URLSearchParams(query);
    for (const name of ["weeks", "from", "to"]) next.delete(name);
    if (period.kind === "days") {
        next.set("from", dateToText(period.first));
        next.set("to", dateToText(period.last));
    } else if (period.weeks !== USUAL_WEEKS[0]) {
        next.set("weeks", String(period.weeks));
    }
    return next;
}

/** Weeks begin on the Monday so many weeks before this week's, and end now. */
export function spanOf(period: Period, now: number, zone: string): Span {
    if (period.kind === "weeks") {
        const monday = mondayOf(wallTime(now, zone));
        return { from: instantOf(addDays(monday, -7 * period.weeks), 0, zone), to: now };
    }
    return {
        from: instantOf(period.first, 0, zone),
        to: instantOf(addDays(period.last, 1), 0, zone),
    };
}

/** The days of a span, as fields of a form want them. */
export function daysOf(span: Span, zone: string): { first: CivilDate; last: CivilDate } {
    return { first: wallTime(span.from, zone), last: wallTime(Math.max(span.from, span.to - 1), zone) };
}

/** As the API has instants. */
export function spanQuery(span: Span): { from: string; to: string } {
    const text = (instant: number) => new Date(Math.floor(instant / 1000) * 1000).toISOString().replace(".000Z", "Z");
    return { from: text(span.from), to: text(span.to) };
}
