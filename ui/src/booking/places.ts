/**
 * From where the pointer went to the window that is meant by it, on the site's slots: drawing,
 * moving, pulling at an end. Pure: pixels have become instants and tracks before.
 */

import type { Row } from "../timeline/rows";
import type { Place } from "./fit";
import type { SlotGrid } from "../time/slot_grid";

/** All slots that a stroke from one instant to another touches; what is over already is left out. */
export function drawn(grid: SlotGrid, from: number, to: number, earliest: number): { start: number; end: number } {
    const end = grid.add(grid.floor(Math.max(from, to)), 1);
    const start = grid.floor(Math.min(from, to));
    return { start: end > earliest ? Math.max(start, earliest) : start, end };
}

/** The whole window `by` ms later, at its number of slots. */
export function moved(grid: SlotGrid, { start, end }: Place, by: number): { start: number; end: number } {
    const slots = grid.count(start, end);
    const to = grid.nearest(start + by);
    return { start: to, end: grid.add(to, slots) };
}

/** Its end `by` ms later: at least one slot stays, and it ends after `earliest`, where the current slot began. */
export function endPulled(grid: SlotGrid, { start, end }: Place, by: number, earliest: number): number {
    const least = grid.add(Math.max(grid.floor(start), earliest), 1);
    return Math.max(least, grid.nearest(end + by));
}

/** Its start `by` ms later: at least one slot stays. */
export function startPulled(grid: SlotGrid, { start, end }: Place, by: number, earliest: number): number {
    const latest = grid.add(grid.ceil(end), -1);
    return Math.max(Math.min(latest, grid.nearest(start + by)), Math.min(start, earliest));
}

/** The GPUs of the rows from one to another, both included; a folded node's are not among them. */
export function gpusBetween(rows: readonly Row[], one: number, other: number): number[] {
    const [first, last] = one < other ? [one, other] : [other, one];
    return rows
        .slice(first, last + 1)
        .filter((row) => row.kind === "gpu")
        .map((row) => row.gpu);
}

/** The same number of GPUs, `by` tracks further down, as far as there are tracks. */
export function gpusMoved(rows: readonly Row[], gpus: readonly number[], by: number): readonly number[] {
    const tracks = rows.filter((row) => row.kind === "gpu").map((row) => row.gpu);
    const places = gpus.map((gpu) => tracks.indexOf(gpu));
    // One of them is on a folded node: nobody sees where it would go.
    if (places.includes(-1)) return gpus;
    const least = -Math.min(...places);
    const most = tracks.length - 1 - Math.max(...places);
    const step = Math.min(most, Math.max(least, by));
    return places.map((place) => tracks[place + step]!).sort((a, b) => a - b);
}

/** How many tracks lie between two rows, counted downwards. */
export function tracksBetween(rows: readonly Row[], from: number, to: number): number {
    if (from === to) return 0;
    const [first, last] = from < to ? [from, to] : [to, from];
    const between = rows.slice(first, last).filter((row) => row.kind === "gpu").length;
    return from < to ? between : -between;
}
