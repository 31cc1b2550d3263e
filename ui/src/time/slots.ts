/** The edges of the site's slots, however far from the days on the screen, and as other zones have them. */

import { periodOf } from "./time_scale";
import { addDays, wallTime, type CivilDate } from "./zone";

/** The site's zone, in which slots are counted from midnight, and their length in minutes. */
export interface Slots {
    readonly zone: string;
    readonly minutes: number;
}

export function edgeAfter(instant: number, { zone, minutes }: Slots): number {
    const yesterday = addDays(wallTime(instant, zone), -1);
    return periodOf(yesterday, 3, zone, minutes).edges.find((edge) => edge > instant)!;
}

/** What can be chosen on a day of `zone`. Its first midnight is an edge if both zones agree on it. */
export function edgesOf(date: CivilDate, zone: string, siteZone: string, slotMinutes: number): number[] {
    const [day] = periodOf(date, 1, zone, slotMinutes, siteZone).days;
    return day!.edges.map(({ at }) => at);
}

/** The last of `edges` that is not after `instant`; the first if all are. */
export function lastOf(edges: readonly number[], instant: number): number {
    return edges.filter((edge) => edge <= instant).at(-1) ?? edges[0]!;
}
