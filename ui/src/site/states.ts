/** How the page groups the life cycle's states: what a bar looks like and what it stands for. */

import type { Reservation } from "../api/contract";

/**
 * booked: will hold its GPUs. active: holds them now. done: held them. broken: held them and did
 * not get through. void: gave its window back.
 */
export type Look = "booked" | "active" | "done" | "broken" | "void";

const looks: Readonly<Record<string, Look>> = {
    queued: "booked",
    waitlisted: "booked",
    offered: "booked",
    confirmed: "booked",
    starting: "active",
    running: "active",
    overrunning: "active",
    releasing: "active",
    completed: "done",
    failed: "broken",
    evicted: "broken",
    cancelled: "void",
    expired: "void",
    displaced: "void",
};

/** A state this page does not know yet is drawn as booked: it holds its GPUs for all we know. */
export function lookOf(state: string): Look {
    return looks[state] ?? "booked";
}

/** A mark besides the colour, so that a state can be told without seeing colours. */
export const marks: Readonly<Record<string, string>> = {
    offered: "?",
    completed: "✓",
    failed: "✕",
    evicted: "→",
    cancelled: "⊘",
    expired: "⊘",
    displaced: "→",
    overrunning: "»",
    releasing: "↓",
};

/** Only what holds or held GPUs counts as load. */
export function countsAsLoad(state: string): boolean {
    return lookOf(state) !== "void";
}

/**
 * Whether it should catch the eye: its GPUs lie idle, nobody showed up, or they are about to be
 * taken back while it still holds them.
 */
export function isWarned(reservation: Reservation): boolean {
    const { state, notice, idleSince } = reservation;
    if (lookOf(state) !== "active" && state !== "confirmed") return false;
    return idleSince !== null || (notice !== null && notice.kind !== "end");
}

/** What stands in its way comes first, then what kind of thing it is, then its state. */
export function markOf(reservation: Reservation): string {
    if (reservation.trouble) return "!";
    if (reservation.maintenance) return "⚒";
    if (isWarned(reservation) && reservation.state !== "releasing") return "⚠";
    return marks[reservation.state] ?? "";
}
