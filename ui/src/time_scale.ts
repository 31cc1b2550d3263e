/**
 * The week as the page draws it: local days with their slot edges, and instants as pixels.
 *
 *     const week = weekOf(mondayOf(today), "Asia/Shanghai", 120);
 *     const scale = new TimeScale(week.from, week.to, 1200);
 *     scale.x(Date.parse("2026-11-25T12:00:00Z"))
 *
 * Pixels are linear in real time, so a day of 23 hours is narrower than one of 25.
 */

import { addDays, instantOf, MINUTE, type CivilDate } from "./zone";

export interface Edge {
    readonly at: number;
    /** Which slot of its day begins here; counted by the wall clock, so 0 is midnight. */
    readonly slot: number;
}

export interface Day {
    readonly date: CivilDate;
    readonly start: number;
    readonly end: number;
    readonly edges: readonly Edge[];
}

export interface Week {
    readonly monday: CivilDate;
    readonly zone: string;
    readonly slotMinutes: number;
    readonly from: number;
    readonly to: number;
    readonly days: readonly Day[];
    /** Every slot edge of the week, the end of the last slot included. */
    readonly edges: readonly number[];
}

const DAY_MINUTES = 24 * 60;

function dayOf(date: CivilDate, zone: string, slotMinutes: number): Day {
    const start = instantOf(date, 0, zone);
    const end = instantOf(addDays(date, 1), 0, zone);
    const edges: Edge[] = [];
    for (let slot = 0; slot * slotMinutes < DAY_MINUTES; ++slot) {
        const at = instantOf(date, slot * slotMinutes, zone);
        // Where the clocks skip a whole slot, its edge coincides with the next one's.
        if (at < end && at > (edges.at(-1)?.at ?? -Infinity)) edges.push({ at, slot });
    }
    return { date, start, end, edges };
}

export function weekOf(monday: CivilDate, zone: string, slotMinutes: number): Week {
    const days: Day[] = [];
    for (let i = 0; i < 7; ++i) days.push(dayOf(addDays(monday, i), zone, slotMinutes));
    const from = days[0]!.start;
    const to = days[6]!.end;
    const edges = [...days.flatMap((day) => day.edges.map((edge) => edge.at)), to];
    return { monday, zone, slotMinutes, from, to, days, edges };
}

export class TimeScale {
    constructor(
        readonly from: number,
        readonly to: number,
        readonly width: number,
    ) {}

    x(instant: number): number {
        return ((instant - this.from) / (this.to - this.from)) * this.width;
    }

    instant(x: number): number {
        return this.from + (x / this.width) * (this.to - this.from);
    }

    /** The pixels of [start, end), cut to the scale; null if nothing of it shows. */
    stretch(start: number, end: number): { left: number; right: number } | null {
        const left = Math.max(0, this.x(start));
        const right = Math.min(this.width, this.x(end));
        return right > left ? { left, right } : null;
    }
}

/** Every how many slots an hour is written, so that the figures have `room` pixels each. */
export function labelStep(slotMinutes: number, slotWidth: number, room: number): number {
    const perDay = Math.max(1, Math.round(DAY_MINUTES / slotMinutes));
    for (let step = 1; step < perDay; ++step) {
        if (perDay % step === 0 && step * slotWidth >= room) return step;
    }
    return perDay;
}

export function slotWidth(scale: TimeScale, slotMinutes: number): number {
    return (scale.width * slotMinutes * MINUTE) / (scale.to - scale.from);
}
