/**
 * Whether a window can be had, as far as the page knows: said at once while the pointer still moves.
 * The server has the last word.
 */

import type { Reservation } from "../api/contract";
import type { Store } from "../site/store";

export interface Place {
    /** Flat GPU indexes, ascending. */
    readonly gpus: readonly number[];
    readonly start: number;
    readonly end: number;
}

export type Fit =
    /** Free; `sure` unless it reaches beyond the days that the page has. */
    | { readonly fits: true; readonly sure: boolean }
    | { readonly fits: false; readonly why: "past" }
    | { readonly fits: false; readonly why: "health"; readonly gpu: number }
    | { readonly fits: false; readonly why: "taken"; readonly gpu: number; readonly by: Reservation };

const HOLDING: ReadonlySet<string> = new Set([
    "offered",
    "confirmed",
    "starting",
    "running",
    "overrunning",
    "releasing",
]);

/** True while it keeps others off its GPUs. */
export function holds(reservation: Reservation): boolean {
    return HOLDING.has(reservation.state);
}

/** `earliest`: where the current slot began. `except`: a reservation that is to be moved itself. */
export function fitOf(store: Store, place: Place, earliest: number, except?: string): Fit {
    const { gpus, start, end } = place;
    if (start < earliest || end <= earliest) return { fits: false, why: "past" };
    return fitNow(store, gpus, start, end, except);
}

/** The same for what has begun already, of which only the time from `from` on matters. */
export function fitNow(store: Store, gpus: readonly number[], from: number, end: number, except?: string): Fit {
    const wanted = new Set(gpus);
    const nodes = new Set(gpus.map((gpu) => store.nodeAt(gpu)));
    let obstacle: { gpu: number; by: Reservation } | null = null;
    for (const node of nodes) {
        for (const { reservation, first, count } of store.barsOf(node)) {
            if (reservation.start >= end) break;
            if (reservation.end <= from || reservation.id === except || !holds(reservation)) continue;
            if (obstacle && obstacle.by.start <= reservation.start) continue;
            for (let gpu = first; gpu < first + count; ++gpu) {
                if (!wanted.has(gpu)) continue;
                obstacle = { gpu, by: reservation };
                break;
            }
        }
    }
    if (obstacle) return { fits: false, why: "taken", ...obstacle };
    const broken = gpus.find((gpu) => (store.gpus[gpu]?.health ?? "healthy") !== "healthy");
    if (broken !== undefined) return { fits: false, why: "health", gpu: broken };
    return { fits: true, sure: from >= store.from && end <= store.to };
}

/** The next free slot of any GPU, the current slot first; null if all is booked as far as the page knows. */
export function nextFree(
    store: Store,
    earliest: number,
    after: (edge: number) => number,
): Place | null {
    for (let start = earliest; start < store.to; start = after(start)) {
        const end = after(start);
        for (let gpu = 0; gpu < store.gpus.length; ++gpu) {
            if (fitOf(store, { gpus: [gpu], start, end }, earliest).fits) return { gpus: [gpu], start, end };
        }
    }
    return null;
}
