/**
 * The site's slots without end: arithmetic for windows that reach beyond the days on the screen.
 *
 *     const grid = new SlotGrid("Asia/Shanghai", 120);
 *     grid.floor(now)                  the edge at which the current slot began
 *     grid.add(edge, 16)               sixteen slots later, also across a change of clocks
 */

import { periodOf } from "./time_scale";
import { addDays, dateToText, wallTime, type CivilDate } from "./zone";

export class SlotGrid {
    private readonly days = new Map<string, readonly number[]>();

    constructor(
        readonly zone: string,
        readonly slotMinutes: number,
    ) {}

    /** The edge at or before `instant`. */
    floor(instant: number): number {
        const edges = this.edgesOf(wallTime(instant, this.zone));
        let last = 0;
        while (last + 1 < edges.length && edges[last + 1]! <= instant) ++last;
        return edges[last]!;
    }

    /** The edge at or after `instant`. */
    ceil(instant: number): number {
        const before = this.floor(instant);
        return before === instant ? before : this.next(before);
    }

    /** The first edge after `instant`. */
    next(instant: number): number {
        return this.add(this.floor(instant), 1);
    }

    nearest(instant: number): number {
        const before = this.floor(instant);
        const after = this.next(before);
        return instant - before < after - instant ? before : after;
    }

    /** The edge `slots` after `edge`, or before it. */
    add(edge: number, slots: number): number {
        let date: CivilDate = wallTime(edge, this.zone);
        let edges = this.edgesOf(date);
        let index = edges.indexOf(this.floor(edge)) + slots;
        while (index >= edges.length) {
            index -= edges.length;
            date = addDays(date, 1);
            edges = this.edgesOf(date);
        }
        while (index < 0) {
            date = addDays(date, -1);
            edges = this.edgesOf(date);
            index += edges.length;
        }
        return edges[index]!;
    }

    /** How many slots [start, end) touches. */
    count(start: number, end: number): number {
        let slots = 0;
        for (let edge = this.floor(start); edge < end; edge = this.next(edge)) ++slots;
        return slots;
    }

    /** Where the slots of a day begin. */
    edgesOf(date: CivilDate): readonly number[] {
        const key = dateToText(date);
        let edges = this.days.get(key);
        if (!edges) {
            const { days } = periodOf(date, 1, this.zone, this.slotMinutes);
            edges = days[0]!.edges.map(({ at }) => at);
            this.days.set(key, edges);
        }
        return edges;
    }
}
