/**
 * How much of some GPUs is booked, slot by slot and team by team: the skylines.
 *
 * A slot's value is its GPU-time booked over the slot's length, so a job that ends early in a
 * slot counts for the part it used. The site's load is kept current reservation by reservation:
 *
 *     const load = new SlotLoad(period.edges);
 *     load.add(after, 1, after.gpus.length);   load.add(before, -1, before.gpus.length);
 */

import type { Reservation } from "../api/contract";
import type { Bar } from "./store";
import { countsAsLoad } from "./states";

/** Stands for maintenance among the teams: no team's name has a control character. */
export const MAINTENANCE = "\u0001maintenance";

export interface Load {
    /** Mean number of GPUs held in each slot, by team; maintenance apart. */
    readonly byTeam: ReadonlyMap<string, Float64Array>;
    /** Of all GPU-time between the first and the last edge, the part that work holds. */
    readonly share: number;
}

export class SlotLoad {
    /** GPU-milliseconds: whole numbers, so that what is added and taken away leaves nothing behind. */
    private readonly held = new Map<string, Float64Array>();
    private work = 0;

    constructor(private readonly edges: readonly number[]) {}

    add(reservation: Reservation, sign: 1 | -1, gpus: number): void {
        if (!countsAsLoad(reservation.state)) return;
        const { edges } = this;
        const { start, end, maintenance } = reservation;
        const team = this.slotsOf(maintenance ? MAINTENANCE : reservation.team);
        const slots = edges.length - 1;
        let slot = firstSlotEndingAfter(edges, start);
        for (; slot < slots && edges[slot]! < end; ++slot) {
            const time = Math.min(end, edges[slot + 1]!) - Math.max(start, edges[slot]!);
            team[slot]! += sign * gpus * time;
            if (!maintenance) this.work += sign * gpus * time;
        }
    }

    of(capacity: number): Load {
        const { edges } = this;
        const byTeam = new Map<string, Float64Array>();
        for (const [team, held] of this.held) {
            if (!held.some((time) => time > 0)) continue;
            byTeam.set(team, held.map((time, slot) => time / (edges[slot + 1]! - edges[slot]!)));
        }
        const whole = capacity * (edges.at(-1)! - edges[0]!);
        return { byTeam, share: whole > 0 ? Math.min(1, this.work / whole) : 0 };
    }

    private slotsOf(team: string): Float64Array {
        let slots = this.held.get(team);
        if (!slots) this.held.set(team, (slots = new Float64Array(this.edges.length - 1)));
        return slots;
    }
}

export function loadOf(bars: Iterable<Bar>, edges: readonly number[], capacity: number): Load {
    const load = new SlotLoad(edges);
    for (const { reservation, count } of bars) load.add(reservation, 1, count);
    return load.of(capacity);
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
 * The load as one SVG path per team, stacked from the bottom of a box `width` by `height`;
 * maintenance lies on top. Neighbouring slots of equal height are one rectangle.
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
    for (const team of [...load.byTeam.keys()].sort(maintenanceLast)) {
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

function maintenanceLast(a: string, b: string): number {
    if (a === MAINTENANCE || b === MAINTENANCE) return a === b ? 0 : a === MAINTENANCE ? 1 : -1;
    return a < b ? -1 : 1;
}
