/**
 * How much of some GPUs is booked, slot by slot and team by team: the skylines.
 *
 * A slot's value is its GPU-time booked over the slot's length, so a job that ends early in a
 * slot counts for the part it used.
 */

import type { Bar } from "./store";
import { countsAsLoad } from "./states";

export interface Load {
    /** Mean number of GPUs held in each slot, by team. */
    readonly byTeam: ReadonlyMap<string, Float64Array>;
    /** Of all GPU-time between the first and the last edge, the part that is held. */
    readonly share: number;
}

export function loadOf(
    bars: Iterable<Bar>,
    edges: readonly number[],
    capacity: number,
): Load {
    const slots = edges.length - 1;
    const byTeam = new Map<string, Float64Array>();
    let held = 0;
    for (const { reservation, count } of bars) {
        if (!countsAsLoad(reservation.state)) continue;
        let team = byTeam.get(reservation.team);
        if (!team) byTeam.set(reservation.team, (team = new Float64Array(slots)));
        let slot = firstSlotEndingAfter(edges, reservation.start);
        for (; slot < slots && edges[slot]! < reservation.end; ++slot) {
            const from = Math.max(reservation.start, edges[slot]!);
            const to = Math.min(reservation.end, edges[slot + 1]!);
            team[slot]! += (count * (to - from)) / (edges[slot + 1]! - edges[slot]!);
            held += count * (to - from);
        }
    }
    const whole = capacity * (edges[slots]! - edges[0]!);
    return { byTeam, share: whole > 0 ? Math.min(1, held / whole) : 0 };
}

function firstSlotEndingAfter(edges: readonly number[], instant: number): number {
    let low = 0;
    let high = edges.length - 1;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (edges[middle + 1]! > instant) high = middle;
        else low = middle + 1;
    }
    return low;
}

/**
 * The load as one SVG path per team, stacked from the bottom of a box `width` by `height`.
 * Neighbouring slots of equal height are one rectangle.
 */
export function skyline(
    load: Load,
    xs: readonly number[],
    capacity: number,
    height: number,
): { team: string; d: string }[] {
    const slots = xs.length - 1;
    const base = new Float64Array(slots);
    const paths: { team: string; d: string }[] = [];
    const y = (gpus: number) => height - (Math.min(gpus, capacity) / capacity) * height;
    for (const team of [...load.byTeam.keys()].sort()) {
        const values = load.byTeam.get(team)!;
        let d = "";
        for (let slot = 0; slot < slots; ) {
            const bottom = base[slot]!;
            const value = values[slot]!;
            let end = slot;
            while (end < slots && base[end] === bottom && values[end] === value) {
                base[end] = bottom + value;
                ++end;
            }
            if (value > 0) {
                d +=
                    `M${xs[slot]!.toFixed(1)} ${y(bottom).toFixed(1)}` +
                    `H${xs[end]!.toFixed(1)}V${y(bottom + value).toFixed(1)}` +
                    `H${xs[slot]!.toFixed(1)}Z`;
            }
            slot = end;
        }
        if (d) paths.push({ team, d });
    }
    return paths;
}
