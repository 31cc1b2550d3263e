/** Where the arrow keys lead: along one GPU's track, and from track to track at one time. */

import type { Rows } from "./rows";
import type { Bar, Store } from "../site/store";

export interface Cursor {
    readonly bar: Bar;
    /** The track the reader is on; a bar may span several. */
    readonly gpu: number;
}

export type Step = "left" | "right" | "up" | "down" | "first" | "last";

export function stepFrom(cursor: Cursor, step: Step, store: Store, rows: Rows): Cursor | null {
    const { bar, gpu } = cursor;
    if (step === "up" || step === "down") return acrossTracks(cursor, step, store, rows);
    const track = barsOnTrack(store, gpu);
    const here = track.findIndex((other) => other.key === bar.key);
    const index =
        step === "first" ? 0 : step === "last" ? track.length - 1 : here + (step === "left" ? -1 : 1);
    const next = track[index];
    return next && next.key !== bar.key ? { bar: next, gpu } : null;
}

function acrossTracks(
    { bar }: Cursor,
    step: "up" | "down",
    store: Store,
    rows: Rows,
): Cursor | null {
    const direction = step === "up" ? -1 : 1;
    let gpu = step === "up" ? bar.first - 1 : bar.first + bar.count;
    for (; gpu >= 0 && gpu < store.gpus.length; gpu += direction) {
        if (!rows.ofGpu(gpu)) continue;
        const next = nearest(barsOnTrack(store, gpu), bar);
        if (next) return { bar: next, gpu };
    }
    return null;
}

export function barsOnTrack(store: Store, gpu: number): Bar[] {
    const bars = store.barsOf(store.nodeAt(gpu));
    return bars.filter((bar) => gpu >= bar.first && gpu < bar.first + bar.count);
}

function nearest(bars: readonly Bar[], to: Bar): Bar | null {
    let best: Bar | null = null;
    let distance = Infinity;
    const { start, end } = to.reservation;
    for (const bar of bars) {
        const { reservation } = bar;
        const gap = Math.max(reservation.start - end, start - reservation.end, 0);
        const apart = gap + Math.abs(reservation.start - start) / 1000;
        if (apart < distance) [best, distance] = [bar, apart];
    }
    return best;
}
