/** The views of the calendar: which days each loads and shows, and what the days on the screen are called. */

import type { Formats } from "../time/formats";
import type { Day, Period } from "../time/time_scale";
import { addDays, dateToText, mondayOf, type CivilDate } from "../time/zone";

export const VIEWS = ["day", "three", "week", "month"] as const;
export type ViewName = (typeof VIEWS)[number];

const SPANS = { day: 1, three: 3, week: 7 } as const;
/** By how much the days across the screen may differ from a view's and still be that view. */
const TOLERANCE = 0.02;
/** A day is on the screen if this part of it is, or if it fills this part of the screen. */
const SEEN_PART = 0.25;

/** How many days fit across the screen. */
export function daysIn(view: ViewName, day: CivilDate): number {
    return view === "month" ? new Date(Date.UTC(day.year, day.month, 0)).getUTCDate() : SPANS[view];
}

/** The view that shows so many days; null if none does. */
export function viewFor(loaded: ViewName, span: number, day: CivilDate): ViewName | null {
    const views: readonly ViewName[] = loaded === "month" ? ["month"] : ["day", "three", "week"];
    const isNear = (view: ViewName) => Math.abs(span / daysIn(view, day) - 1) <= TOLERANCE;
    return views.find(isNear) ?? null;
}

/** Whether one steps by months. */
export function isFullMonth(loaded: ViewName, span: number): boolean {
    return loaded === "month" && span > 20;
}

/** Whole weeks, so that a closer or wider look needs no other data; a month with its weeks. */
export function daysOf(view: ViewName, day: CivilDate): { first: CivilDate; count: number } {
    if (view !== "month") {
        const first = mondayOf(day);
        const crosses = view === "three" && dateToText(mondayOf(addDays(day, 2))) !== dateToText(first);
        return { first, count: crosses ? 14 : 7 };
    }
    const first = mondayOf({ ...day, day: 1 });
    const next = new Date(Date.UTC(day.year, day.month, 1));
    const days = (next.getTime() - Date.UTC(first.year, first.month - 1, first.day)) / 86_400_000;
    return { first, count: Math.ceil(days / 7) * 7 };
}

export function inPeriodOf(view: ViewName, a: CivilDate, b: CivilDate): boolean {
    if (view === "month") return a.year === b.year && a.month === b.month;
    if (view === "week") return dateToText(mondayOf(a)) === dateToText(mondayOf(b));
    return dateToText(a) === dateToText(b);
}

/** The days that the screen shows enough of. */
export function seenDays(period: Period, seen: { from: number; to: number }): Day[] {
    const screen = seen.to - seen.from;
    return period.days.filter(({ start, end }) => {
        const part = Math.min(end, seen.to) - Math.max(start, seen.from);
        return part >= SEEN_PART * Math.min(end - start, screen);
    });
}

/** `Wed 2 December`, `2–4 December`, `30 November–6 December 2026`, `December 2026`. */
export function nameOf(
    formats: Formats,
    period: Period,
    view: ViewName | null,
    day: CivilDate,
    seen: readonly Day[],
): string {
    const [first, last] = [seen[0], seen.at(-1)];
    if (view === "month") {
        const shown = period.days.find(({ date }) => date.month === day.month && date.year === day.year);
        return formats.month((shown ?? period.days[0]!).start);
    }
    if (!first || !last || seen.length >= period.days.length || (view === "week" && seen.length >= 7)) {
        return formats.period(period);
    }
    return first === last ? formats.dayLong(first.start) : formats.days(first.start, last.start);
}
