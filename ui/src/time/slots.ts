/**
 * The edges of the site's slots around an instant, however far it is from the days on the screen.
 *
 *     edgeAfter(reservation.end, grid)         the end of one slot more
 *     edgesOf(date, zone, grid)                what can be chosen on that day of `zone`
 */

import { periodOf } from "./time_scale";
import { addDays, wallTime, type CivilDate } from "./zone";

export interface SlotGrid {
    /** The site's zone, in which slots are counted from midnight. */
    readonly zone: string;
    readonly minutes: number;
}

/** The slot edges on a day as `zone` has it; its first midnight is one if both zones agree on it. */
export function edgesOf(date: CivilDate, zone: string, grid: SlotGrid): number[] {
    const [day] = periodOf(date, 1, zone, grid.minutes, grid.zone).days;
    return day!.edges.map(({ at }) => at);
}

export function edgeAfter(instant: number, grid: SlotGrid): number {
    return edgesAround(instant, grid).find((edge) => edge > instant)!;
}

export function edgeAtOrBefore(instant: number, grid: SlotGrid): number {
    return lastOf(edgesAround(instant, grid), instant);
}

/** The last of `edges` that is not after `instant`; the first if all are. */
export function lastOf(edges: readonly number[], instant: number): number {
    return edges.filter((edge) => edge <= instant).at(-1) ?? edges[0]!;
}

function edgesAround(instant: number, grid: SlotGrid): readonly number[] {
    const yesterday = addDays(wallTime(instant, grid.zone), -1);
    return periodOf(yesterday, 3, grid.zone, grid.minutes).edges;
}
