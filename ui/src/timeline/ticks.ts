/**
 * Which marks of time have room at a given zoom: hours and parts of slots when close, days when
 * wide, weeks above them.
 */

import { labelStep, slotWidth, type Day, type Period, type TimeScale } from "../time/time_scale";
import { HOUR, MINUTE, mondayOf, type CivilDate } from "../time/zone";

export interface Ticks {
    /** What the axis names in its upper line; its lower line has what is the next finer. */
    readonly upper: "days" | "weeks";
    /** Every how many slots an hour is written; 0: hours have no room. */
    readonly labelEvery: number;
    /** Minutes between the hours written within a slot; 0: none. */
    readonly within: number;
    /** Whether slots are told apart by lines. */
    readonly slotLines: boolean;
    /** How much of a day's name has room in the lower line. */
    readonly dayName: "weekday" | "number" | "monday";
}

/** Pixels that the words of the axis take. */
const DAY_ROOM = 88;
const HOUR_ROOM = 27;
const OFF_HOUR_ROOM = 44;
const MINUTES_ROOM = 54;
const WEEKDAY_ROOM = 52;
const NUMBER_ROOM = 18;
const LINE_ROOM = 5;

export function ticksFor(period: Period, scale: TimeScale): Ticks {
    const perHour = (scale.width * HOUR) / (scale.to - scale.from);
    const perDay = 24 * perHour;
    const slot = slotWidth(scale, period.slotMinutes);
    const upper = perDay >= DAY_ROOM ? "days" : "weeks";
    const room = onWholeHours(period) ? HOUR_ROOM : OFF_HOUR_ROOM;
    const labelEvery = upper === "days" ? labelStep(period.slotMinutes, slot, room) : 0;
    return {
        upper,
        labelEvery,
        within: partOfSlot(period.slotMinutes, perHour),
        slotLines: slot >= LINE_ROOM,
        dayName: perDay >= WEEKDAY_ROOM ? "weekday" : perDay >= NUMBER_ROOM ? "number" : "monday",
    };
}

/** In a zone that is half an hour off the site's, `07:30` takes more room than `07`. */
function onWholeHours({ days, slotMinutes }: Period): boolean {
    const [day] = days;
    return slotMinutes % 60 === 0 && (day?.edges ?? []).every(({ at }) => (at - day!.start) % HOUR === 0);
}

function partOfSlot(slotMinutes: number, perHour: number): number {
    for (const minutes of [10, 15, 30, 60]) {
        const fits = (perHour * minutes) / 60 >= MINUTES_ROOM;
        if (fits && minutes < slotMinutes && slotMinutes % minutes === 0) return minutes;
    }
    return 0;
}

export interface Tick {
    readonly at: number;
    /** Whether it has words. */
    readonly named: boolean;
    /** A slot begins here; else it only divides one. */
    readonly edge: boolean;
}

/** The marks of a day's hours. */
export function ticksOf(day: Day, { labelEvery, within, slotLines }: Ticks): Tick[] {
    const ticks: Tick[] = [];
    if (labelEvery === 0) return ticks;
    day.edges.forEach(({ at, slot }, i) => {
        const named = slot % labelEvery === 0;
        if (named || slotLines) ticks.push({ at, named, edge: true });
        const next = day.edges[i + 1]?.at ?? day.end;
        if (within === 0) return;
        for (let part = at + within * MINUTE; part < next; part += within * MINUTE) {
            ticks.push({ at: part, named: true, edge: false });
        }
    });
    return ticks;
}

export function isMonday(date: CivilDate): boolean {
    return mondayOf(date).day === date.day;
}

export function isWeekend({ year, month, day }: CivilDate): boolean {
    const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
    return weekday === 0 || weekday === 6;
}

/** Where an instant lies, as a part of the whole width: it needs no new writing when the width changes. */
export function percent(scale: TimeScale, instant: number): string {
    return `${(((instant - scale.from) / (scale.to - scale.from)) * 100).toFixed(5)}%`;
}

/** A stretch of time that is drawn, so that small steps to either side need no new drawing. */
export class Covered {
    private from = Infinity;
    private to = -Infinity;
    private key = "";

    /** Whether [from, to) must be drawn anew: it is not covered, or drawn for another key. */
    misses(from: number, to: number, key: string): boolean {
        return key !== this.key || from < this.from || to > this.to;
    }

    /** What to draw for the view [from, to): as much again to either side, within the scale. */
    cover(from: number, to: number, key: string, scale: TimeScale): { from: number; to: number } {
        const more = to - from;
        this.from = Math.max(scale.from, from - more);
        this.to = Math.min(scale.to, to + more);
        this.key = key;
        return { from: this.from, to: this.to };
    }
}
