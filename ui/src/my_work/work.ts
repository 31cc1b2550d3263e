/**
 * A reservation with all that its owner is told of it: what GET api/v1/reservations, waitlist and
 * queue answer, which is more than a bar of the calendar needs.
 */

import type { Volume } from "../booking/container";
import { reservationOf, type Reservation, type WireEventReservation } from "../api/contract";

export interface Work extends WireEventReservation {
    readonly booked_end: string;
    readonly created_at: string;
    readonly attempt: number;
    readonly started_at?: string | null;
    readonly ended_at?: string | null;
    readonly exit_code?: number | null;
    /** Why it is in its state, where that needs words. */
    readonly detail?: string | null;
    /** What was asked for: of one that waits, its wish. */
    readonly asked?: { readonly count?: number; readonly model?: string; readonly ids?: readonly string[] };
    readonly workload?: Workload | null;
    readonly checkpoint?: Checkpoint | null;
    readonly preflight?: readonly Finding[];
    readonly wait?: Wait | null;
    readonly transfer?: TransferOffer | null;
    readonly continues?: string | null;
    readonly continued_by?: string | null;
    readonly check_in_by?: string | null;
    readonly checked_in?: string | null;
    readonly idle_since?: string | null;
    readonly expected_end?: string | null;
    readonly may_start_late_until?: string | null;
    readonly promised_start?: string | null;
    readonly limit_minutes?: number | null;
    /** Its place among those that wait. */
    readonly position?: number | null;
    /** Of a queue job that waits. */
    readonly planned_start?: string | null;
}

export interface WorkWithHistory extends Work {
    readonly history: readonly HistoryEntry[];
    readonly next_holder?: { readonly id: string; readonly start: string } | null;
}

export interface HistoryEntry {
    readonly sequence: number;
    readonly time: string;
    readonly actor: string;
    readonly kind: string;
    readonly reason: string;
}

export interface Workload {
    readonly kind: string;
    readonly argv?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly workdir?: string | null;
    readonly model?: string | null;
    readonly data?: string | null;
    readonly epochs?: number | null;
    readonly imgsz?: number | null;
    readonly batch?: number | null;
    readonly workers?: number | null;
    readonly name?: string | null;
    readonly args?: Readonly<Record<string, unknown>>;
    readonly image?: string | null;
    readonly volumes?: readonly Volume[];
    readonly secrets?: readonly string[];
    readonly nodes?: number | null;
    readonly gpus_per_node?: number | null;
}

export interface Checkpoint {
    readonly path: string;
    readonly epoch: number;
    readonly saved_at: string;
}

export interface Finding {
    readonly check: string;
    readonly ok: boolean;
    readonly message: string;
}

export interface Wait {
    readonly latest_start: string;
    readonly mode: string;
    readonly answer_by?: string | null;
}

export interface TransferOffer {
    readonly to_user?: string | null;
    readonly to_team?: string | null;
}

const ACTIVE = new Set(["starting", "running", "overrunning", "releasing"]);
const ENDED = new Set(["completed", "failed", "cancelled", "expired", "evicted"]);
const WAITING = new Set(["waitlisted", "displaced"]);

export const isActive = (work: Pick<Work, "state">) => ACTIVE.has(work.state);
export const hasEnded = (work: Pick<Work, "state">) => ENDED.has(work.state);
export const isWaiting = (work: Pick<Work, "state">) => WAITING.has(work.state);
export const isQueueJob = (work: Pick<Work, "id">) => work.id.startsWith("q-");

/** As actions take it; none of those that are offered here names other GPUs. */
export function asReservation(work: Work): Reservation {
    return reservationOf(work, []);
}

export function instant(text: string | null | undefined): number | null {
    const time = Date.parse(text ?? "");
    return Number.isNaN(time) ? null : time;
}

/** How long beyond its booked end its job's own word says it needs; 0 or less: it will be done by then. */
export function lateBy(work: Work): number {
    const expected = instant(work.expected_end);
    return expected === null || !isActive(work) ? 0 : expected - Date.parse(work.booked_end);
}
