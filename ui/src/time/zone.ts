/**
 * Wall-clock arithmetic in an IANA zone, with nothing but Intl.
 *
 *     wallTime(instant, "Europe/Berlin")                     what a clock on the wall shows
 *     instantOf({ year: 2026, month: 3, day: 29 }, 2 * 60, zone)   when it shows 02:00
 *
 * Instants are milliseconds since 1970 UTC. A wall time that a change of clocks skips is the
 * instant of the change; one that happens twice is the first of the two.
 */

export interface CivilDate {
    readonly year: number;
    readonly month: number;
    readonly day: number;
}

export interface WallTime extends CivilDate {
    readonly hour: number;
    readonly minute: number;
    readonly second: number;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const readers = new Map<string, Intl.DateTimeFormat>();

function readerOf(zone: string): Intl.DateTimeFormat {
    let reader = readers.get(zone);
    if (!reader) {
        reader = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
            timeZone: zone,
            hourCycle: "h23",
            year: "numeric",
            month: "numeric",
            day: "numeric",
            hour: "numeric",
            minute: "numeric",
            second: "numeric",
        });
        readers.set(zone, reader);
    }
    return reader;
}

export function wallTime(instant: number, zone: string): WallTime {
    const wall = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
    for (const part of readerOf(zone).formatToParts(instant)) {
        if (part.type in wall) wall[part.type as keyof typeof wall] = Number(part.value);
    }
    return wall;
}

function offsetAt(instant: number, zone: string): number {
    const w = wallTime(instant, zone);
    const shown = Date.UTC(w.year, w.month - 1, w.day, w.hour, w.minute, w.second);
    return shown - Math.floor(instant / 1000) * 1000;
}

/** The instant at which the zone's clocks show `date` and `minutes` after midnight. */
export function instantOf(date: CivilDate, minutes: number, zone: string): number {
    const shown = Date.UTC(date.year, date.month - 1, date.day) + minutes * MINUTE;
    const before = offsetAt(shown - DAY, zone);
    const after = offsetAt(shown + DAY, zone);
    if (offsetAt(shown - before, zone) === before) return shown - before;
    if (offsetAt(shown - after, zone) === after) return shown - after;
    // Skipped by the clocks: the change lies between the two readings.
    let low = Math.min(shown - after, shown - before);
    let high = Math.max(shown - after, shown - before);
    while (high - low > 1000) {
        const middle = Math.floor((low + high) / 2000) * 1000;
        if (middle === low) break;
        if (offsetAt(middle, zone) === after) high = middle;
        else low = middle;
    }
    return high;
}

export function addDays(date: CivilDate, days: number): CivilDate {
    const moved = new Date(Date.UTC(date.year, date.month - 1, date.day + days));
    return {
        year: moved.getUTCFullYear(),
        month: moved.getUTCMonth() + 1,
        day: moved.getUTCDate(),
    };
}

/** The Monday of the week that `date` lies in. */
export function mondayOf(date: CivilDate): CivilDate {
    const weekday = new Date(Date.UTC(date.year, date.month - 1, date.day)).getUTCDay();
    return addDays(date, -((weekday + 6) % 7));
}

/** ISO 8601 week number. */
export function weekNumber(monday: CivilDate): number {
    const thursday = addDays(monday, 3);
    const day = Date.UTC(thursday.year, thursday.month - 1, thursday.day);
    return 1 + Math.floor((day - Date.UTC(thursday.year, 0, 1)) / (7 * DAY));
}

export function dateToText(date: CivilDate): string {
    const two = (n: number) => String(n).padStart(2, "0");
    return `${String(date.year).padStart(4, "0")}-${two(date.month)}-${two(date.day)}`;
}

/** Reads `2026-11-23`; null for anything that is not a date of the calendar. */
export function dateFromText(text: string | null): CivilDate | null {
    const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? "");
    if (!match) return null;
    const date = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
    return dateToText(addDays(date, 0)) === text ? date : null;
}

export function isZone(zone: string | null): zone is string {
    if (!zone) return false;
    try {
        new Intl.DateTimeFormat("en", { timeZone: zone });
        return true;
    } catch {
        return false;
    }
}
