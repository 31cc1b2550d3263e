/**
 * The days that the page draws, with their slot edges, and instants as pixels.
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

/**
 * Whole days by the wall clock of `zone`, from the first midnight to the last. Slots are the
 * site's, whatever zone the days are shown in.
 */
export interface Period {
    readonly zone: string;
    readonly slotMinutes: number;
    readonly from: number;
    readonly to: number;
    readonly days: readonly Day[];
    /** Every slot edge of the period, the end of the last slot included. */
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

/** A day of `zone` with the slots of another one: those counted here, and only where they begin in it. */
function foreignDayOf(date: CivilDate, zone: string, site: string, slotMinutes: number): Day {
    const start = instantOf(date, 0, zone);
    const end = instantOf(addDays(date, 1), 0, zone);
    const there = [-1, 0, 1].flatMap((n) => dayOf(addDays(date, n), site, slotMinutes).edges);
    const instants = there.map(({ at }) => at).filter((at) => at >= start && at < end);
    const first = instants[0] === start ? 0 : 1;
    return { date, start, end, edges: instants.map((at, i) => ({ at, slot: i + first })) };
}

/** `count` days from `first` on, as `zone` has them, with the slots of the zone `site`. */
export function periodOf(
    first: CivilDate,
    count: number,
    zone: string,
    slotMinutes: number,
    site = zone,
): Period {
    const days: Day[] = [];
    for (let i = 0; i < count; ++i) {
        const date = addDays(first, i);
        const foreign = site !== zone;
        days.push(
            foreign
                ? foreignDayOf(date, zone, site, slotMinutes)
                : dayOf(date, zone, slotMinutes),
        );
    }
    const from = days[0]!.start;
    const to = days.at(-1)!.end;
    const edges = [...days.flatMap((day) => day.edges.map((edge) => edge.at)), to];
    return { zone, slotMinutes, from, to, days, edges };
}

export function weekOf(monday: CivilDate, zone: string, slotMinutes: number): Period {
    return periodOf(monday, 7, zone, slotMinutes);
}

/** The slot edge nearest to `instant`; beyond the period, its first or last. */
export function nearestEdge(period: Period, instant: number): number {
    const after = edgeAfter(period, instant);
    const next = period.edges[after] ?? period.to;
    const before = period.edges[Math.max(0, after - 1)]!;
    return instant - before < next - instant ? before : next;
}

/** The slot that `instant` lies in. */
export function slotAt(period: Period, instant: number): { start: number; end: number } {
    const last = period.edges.length - 1;
    const after = Math.min(last, Math.max(1, edgeAfter(period, instant)));
    return { start: period.edges[after - 1]!, end: period.edges[after]! };
}

/** Index of the first edge later than `instant`. */
function edgeAfter(period: Period, instant: number): number {
    let low = 0;
    let high = period.edges.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (period.edges[middle]! > instant) high = middle;
        else low = middle + 1;
    }
    return low;
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
