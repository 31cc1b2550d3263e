/** The edges of the site's slots on a day as another zone has it. */

import { periodOf } from "./time_scale";
import type { CivilDate } from "./zone";

/** What can be chosen on a day of `zone`. Its first midnight is an edge if both zones agree on it. */
export function edgesOf(date: CivilDate, zone: string, siteZone: string, slotMinutes: number): number[] {
    const [day] = periodOf(date, 1, zone, slotMinutes, siteZone).days;
    return day!.edges.map(({ at }) => at);
}

/** The last of `edges` that is not after `instant`; the first if all are. */
export function lastOf(edges: readonly number[], instant: number): number {
    return edges.filter((edge) => edge <= instant).at(-1) ?? edges[0]!;
}
