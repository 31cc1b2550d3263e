/**
 * What the server says, as it comes over the wire, and as the page keeps it.
 *
 * The page asks `GET api/v1/calendar?from&to` for a week and then follows `GET api/v1/events`.
 * `revision` of the calendar and the `id` of an event count the same journal rows.
 */

export interface Progress {
    readonly epoch: number;
    readonly epochs: number;
    readonly eta_seconds: number | null;
}

/** What its owner has been told: at `deadline` the GPUs are taken back. */
export interface WireNotice {
    readonly kind: string;
    readonly deadline: string;
    readonly by?: string | null;
}

interface WireReservationBase {
    readonly id: string;
    readonly state: string;
    readonly title?: string | null;
    readonly owner?: string | null;
    readonly team?: string | null;
    readonly start: string;
    readonly end: string;
    readonly priority?: string;
    readonly preemptible?: boolean;
    readonly progress?: Progress | null;
    /** "maintenance", or nothing for work. */
    readonly kind?: string;
    readonly booked_end?: string;
    readonly notice?: WireNotice | null;
    readonly wait?: {
        readonly latest_start?: string | null;
        readonly mode?: string;
        readonly answer_by?: string | null;
    } | null;
    readonly trouble?: string | null;
    readonly asked?: WireGpuRequest;
    readonly idle_since?: string | null;
}

/** Which GPUs somebody asked for: these, or so many of a kind. */
export interface WireGpuRequest {
    readonly count?: number | null;
    readonly model?: string | null;
    readonly ids?: readonly string[];
}

/** In a calendar, GPUs are indexes into the flat order over `nodes`. */
export interface WireCalendarReservation extends WireReservationBase {
    readonly gpus: readonly number[];
}

/** Who waits for a window; `start` and `end` are what they wished. */
export type WireCalendarWaiter = WireReservationBase;

/** In an event, GPUs are ids such as `node1/0`. */
export interface WireEventReservation extends WireReservationBase {
    readonly gpus: readonly string[];
    readonly revision?: number;
}

export interface Gpu {
    readonly id: string;
    readonly model?: string;
    readonly memory_gb?: number;
    readonly health?: string;
    /** Why it is not ready, as the inventory says: "gpu-1 is cordoned". */
    readonly unready_because?: string;
}

export interface FleetNode {
    readonly name: string;
    readonly gpus: readonly Gpu[];
}

/** Who uses GPUs of a node without a reservation; which of them is not known. */
export interface WireOccupant {
    readonly node: string;
    /** What to look for, such as a pod's namespace and name. */
    readonly name: string;
    /** Whose it is, as far as that can be told. */
    readonly owner: string;
    readonly gpus: number;
    readonly since: string;
}

export interface WireCalendar {
    readonly revision: number;
    readonly now: string;
    readonly zone: string;
    readonly slot_minutes: number;
    readonly from: string;
    readonly to: string;
    readonly simulated_clock?: boolean;
    readonly simulated_gpus?: boolean;
    readonly nodes: readonly FleetNode[];
    readonly reservations: readonly WireCalendarReservation[];
    readonly waiting?: readonly WireCalendarWaiter[];
    readonly occupants?: readonly WireOccupant[];
}

export interface WireEvent {
    readonly time: string;
    readonly kind: string;
    readonly reservation?: WireEventReservation | null;
}

/** A journal row that the stream told of; `seq` is the message's id. */
export interface JournalEvent extends WireEvent {
    readonly seq: number;
}

export interface WireProgress extends Progress {
    readonly reservation: string;
}

export interface Reservation {
    readonly id: string;
    readonly state: string;
    readonly title: string;
    readonly owner: string;
    readonly team: string;
    /** Flat GPU indexes, ascending. */
    readonly gpus: readonly number[];
    readonly start: number;
    readonly end: number;
    readonly priority: string;
    readonly preemptible: boolean;
    readonly progress: Progress | null;
    readonly maintenance: boolean;
    /** Where its booked time ended, when it holds its GPUs beyond that. */
    readonly bookedEnd: number | null;
    readonly notice: { readonly kind: string; readonly deadline: number } | null;
    /** While it is offered: until when. */
    readonly answerBy: number | null;
    /** What stands in its way. */
    readonly trouble: string;
    /** How many GPUs were asked for; 0 where that is not told. */
    readonly asked: number;
    /** While it waits: the latest start that would do. */
    readonly latestStart: number | null;
    /** Its GPUs have shown no use since then. */
    readonly idleSince: number | null;
}

export interface Occupant {
    readonly node: string;
    readonly name: string;
    readonly owner: string;
    readonly gpus: number;
    readonly since: number;
}

/** Jobs report their progress themselves: what is not a number of epochs is no progress. */
function progressOf(wire: Progress | null | undefined): Progress | null {
    if (!wire || !Number.isFinite(wire.epoch) || !Number.isFinite(wire.epochs)) return null;
    const { epoch, epochs, eta_seconds } = wire;
    return { epoch, epochs, eta_seconds: Number.isFinite(eta_seconds) ? eta_seconds : null };
}

function timeOf(text: string | null | undefined): number | null {
    return text ? Date.parse(text) : null;
}

export function reservationOf(
    wire: WireReservationBase,
    gpus: readonly number[],
): Reservation {
    const bookedEnd = timeOf(wire.booked_end);
    const end = Date.parse(wire.end);
    const { notice } = wire;
    return {
        id: wire.id,
        state: wire.state,
        title: wire.title ?? "",
        owner: wire.owner ?? "",
        team: wire.team ?? "",
        gpus: [...gpus].sort((a, b) => a - b),
        start: Date.parse(wire.start),
        end,
        priority: wire.priority ?? "",
        preemptible: wire.preemptible ?? false,
        progress: progressOf(wire.progress),
        maintenance: wire.kind === "maintenance",
        bookedEnd: bookedEnd !== null && bookedEnd < end ? bookedEnd : null,
        notice: notice ? { kind: notice.kind, deadline: Date.parse(notice.deadline) } : null,
        answerBy: wire.state === "offered" ? timeOf(wire.wait?.answer_by) : null,
        trouble: wire.trouble ?? "",
        asked: wire.asked?.count ?? wire.asked?.ids?.length ?? gpus.length,
        latestStart: wire.state === "waitlisted" ? timeOf(wire.wait?.latest_start) : null,
        idleSince: timeOf(wire.idle_since),
    };
}
