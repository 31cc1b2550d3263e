/**
 * The week's bookings as the page knows them: a snapshot, kept current by events.
 *
 *     store.load(calendar);             everything anew
 *     store.apply(event)                "changed", "ignored", or "reload" when it takes a snapshot
 *     store.barsOf(node)                what to draw on that node's tracks, by start
 *     store.occupantsOf(node)           who uses GPUs there without a reservation
 *     store.waiting                     who waits for a window in this time and holds no GPU yet
 *
 * A change costs O(bars of the nodes it touches). Whoever draws subscribes with `onChange`.
 */

import {
    reservationOf,
    type FleetNode,
    type Gpu,
    type JournalEvent,
    type Occupant,
    type Reservation,
    type WireCalendar,
    type WireCalendarWaiter,
    type WireProgress,
} from "../api/contract";
import { countsAsLoad } from "./states";

/** One reservation on adjacent GPUs of one node: what is drawn as one bar. */
export interface Bar {
    readonly key: string;
    readonly reservation: Reservation;
    readonly node: number;
    /** Flat index of its first GPU. */
    readonly first: number;
    readonly count: number;
}

export interface NodeSpan {
    readonly name: string;
    readonly first: number;
    readonly count: number;
}

export interface Change {
    readonly nodes: ReadonlySet<number> | "all";
    readonly id: string | null;
    /** The reservation as it was drawn before and is now, where there is one. */
    readonly before?: Reservation | undefined;
    readonly after?: Reservation | undefined;
    /** What: who holds which GPU when, or only how far a job has come. */
    readonly what: "booking" | "progress";
}

export type Outcome = "changed" | "ignored" | "reload";

/** Kinds of events that change what the tracks are, rather than what is booked on them. */
const FLEET_KINDS = /^(gpu|node|fleet|inventory|maintenance|occupant)/;

export class Store {
    revision = 0;
    from = 0;
    to = 0;
    gpus: readonly Gpu[] = [];
    nodes: readonly NodeSpan[] = [];
    occupants: readonly Occupant[] = [];
    readonly reservations = new Map<string, Reservation>();
    readonly waiting = new Map<string, Reservation>();
    /** How many of the shown reservations each team has; maintenance is nobody's. */
    readonly teams = new Map<string, number>();
    onChange: (change: Change) => void = () => {};

    private nodeOfGpu: Int32Array = new Int32Array(0);
    private readonly gpuIndex = new Map<string, number>();
    private bars: Bar[][] = [];
    private readonly barsById = new Map<string, readonly Bar[]>();

    load(calendar: WireCalendar): void {
        this.revision = calendar.revision;
        this.from = Date.parse(calendar.from);
        this.to = Date.parse(calendar.to);
        this.loadFleet(calendar.nodes);
        this.occupants = (calendar.occupants ?? []).map((one) => ({ ...one, since: Date.parse(one.since) }));
        this.reservations.clear();
        this.waiting.clear();
        this.teams.clear();
        this.barsById.clear();
        this.bars = this.nodes.map(() => []);
        for (const wire of calendar.reservations) {
            const reservation = reservationOf(wire, wire.gpus);
            this.reservations.set(reservation.id, reservation);
            this.count(reservation, 1);
            const bars = this.split(reservation);
            this.barsById.set(reservation.id, bars);
            for (const bar of bars) this.bars[bar.node]!.push(bar);
        }
        for (const wire of calendar.waiting ?? []) {
            const reservation = reservationOf(wire, []);
            this.waiting.set(reservation.id, reservation);
            this.count(reservation, 1);
        }
        for (const list of this.bars) list.sort(byStart);
        this.onChange({ nodes: "all", id: null, what: "booking" });
    }

    apply(event: JournalEvent): Outcome {
        if (event.seq <= this.revision) return "ignored";
        this.revision = event.seq;
        const wire = event.reservation;
        if (!wire) return FLEET_KINDS.test(event.kind) ? "reload" : "ignored";
        const gpus: number[] = [];
        for (const id of wire.gpus) {
            const index = this.gpuIndex.get(id);
            if (index === undefined) return "reload";
            gpus.push(index);
        }
        const known = this.reservations.get(wire.id);
        let reservation = reservationOf(wire, gpus);
        // Progress is not part of the journal: an event that leaves it out does not take it back.
        if (wire.progress === undefined && known?.progress) {
            reservation = { ...reservation, progress: known.progress };
        }
        const waited = this.wait(wire, reservation);
        return this.put(reservation, "booking") || waited ? "changed" : "ignored";
    }

    progress(wire: WireProgress): Outcome {
        const known = this.reservations.get(wire.reservation);
        if (!known) return "ignored";
        const { epoch, epochs, eta_seconds } = wire;
        this.put({ ...known, progress: { epoch, epochs, eta_seconds } }, "progress");
        return "changed";
    }

    /** The reservation that is shown, whether it holds GPUs or waits for some. */
    find(id: string): Reservation | undefined {
        return this.reservations.get(id) ?? this.waiting.get(id);
    }

    occupantsOf(node: number): readonly Occupant[] {
        if (this.occupants.length === 0) return this.occupants;
        const name = this.nodes[node]?.name;
        return this.occupants.filter((one) => one.node === name);
    }

    barsOf(node: number): readonly Bar[] {
        return this.bars[node] ?? [];
    }

    barsOfReservation(id: string): readonly Bar[] {
        return this.barsById.get(id) ?? [];
    }

    nodeAt(gpu: number): number {
        return this.nodeOfGpu[gpu] ?? -1;
    }

    /** Who holds `gpu` at `instant`; a booking given back does not. */
    holderAt(gpu: number, instant: number): Reservation | null {
        for (const bar of this.barsOf(this.nodeAt(gpu))) {
            const { reservation } = bar;
            if (reservation.start > instant) break;
            const covers = gpu >= bar.first && gpu < bar.first + bar.count;
            if (covers && instant < reservation.end && countsAsLoad(reservation.state)) {
                return reservation;
            }
        }
        return null;
    }

    /** Who holds each of the node's GPUs at `instant`, in one walk over its bars. */
    holdersAt(node: number, instant: number): (Reservation | null)[] {
        const { first, count } = this.nodes[node]!;
        const holders = new Array<Reservation | null>(count).fill(null);
        for (const bar of this.barsOf(node)) {
            const { reservation } = bar;
            if (reservation.start > instant) break;
            if (instant >= reservation.end || !countsAsLoad(reservation.state)) continue;
            holders.fill(reservation, bar.first - first, bar.first - first + bar.count);
        }
        return holders;
    }

    private loadFleet(nodes: readonly FleetNode[]): void {
        const gpus: Gpu[] = [];
        const spans: NodeSpan[] = [];
        this.gpuIndex.clear();
        for (const node of nodes) {
            spans.push({ name: node.name, first: gpus.length, count: node.gpus.length });
            for (const gpu of node.gpus) {
                this.gpuIndex.set(gpu.id, gpus.length);
                gpus.push(gpu);
            }
        }
        this.gpus = gpus;
        this.nodes = spans;
        this.nodeOfGpu = new Int32Array(gpus.length);
        spans.forEach((span, i) => this.nodeOfGpu.fill(i, span.first, span.first + span.count));
    }

    /** Keeps the list of those who wait; true when it changed. */
    private wait(wire: WireCalendarWaiter, reservation: Reservation): boolean {
        const { id, end } = reservation;
        const before = this.waiting.get(id);
        const latest = (reservation.latestStart ?? reservation.start) + end - reservation.start;
        const shows =
            wire.state === "waitlisted" &&
            reservation.gpus.length === 0 &&
            Math.max(end, latest) > this.from &&
            reservation.start < this.to;
        if (!shows && !before) return false;
        if (before) this.count(before, -1);
        if (shows) {
            this.waiting.set(id, reservation);
            this.count(reservation, 1);
        } else this.waiting.delete(id);
        this.onChange({ nodes: new Set(), id, what: "booking" });
        return true;
    }

    private count({ team, maintenance }: Reservation, by: 1 | -1): void {
        if (maintenance) return;
        const count = (this.teams.get(team) ?? 0) + by;
        if (count > 0) this.teams.set(team, count);
        else this.teams.delete(team);
    }

    private put(reservation: Reservation, what: Change["what"]): boolean {
        const { id } = reservation;
        const shows =
            reservation.gpus.length > 0 &&
            reservation.end > reservation.start &&
            reservation.end > this.from &&
            reservation.start < this.to;
        const known = this.reservations.get(id);
        if (!shows && !known) return false;

        const touched = new Set<number>();
        for (const bar of this.barsById.get(id) ?? []) {
            const list = this.bars[bar.node]!;
            list.splice(list.indexOf(bar), 1);
            touched.add(bar.node);
        }
        this.reservations.delete(id);
        this.barsById.delete(id);
        if (known) this.count(known, -1);
        if (shows) {
            this.count(reservation, 1);
            const bars = this.split(reservation);
            this.reservations.set(id, reservation);
            this.barsById.set(id, bars);
            for (const bar of bars) {
                insert(this.bars[bar.node]!, bar);
                touched.add(bar.node);
            }
        }
        const after = shows ? reservation : undefined;
        this.onChange({ nodes: touched, id, what, before: known, after });
        return true;
    }

    private split(reservation: Reservation): Bar[] {
        const bars: Bar[] = [];
        const { gpus } = reservation;
        let begin = 0;
        for (let i = 1; i <= gpus.length; ++i) {
            const first = gpus[begin]!;
            const node = this.nodeOfGpu[first];
            const joins =
                i < gpus.length &&
                gpus[i] === gpus[i - 1]! + 1 &&
                this.nodeOfGpu[gpus[i]!] === node;
            if (joins) continue;
            if (node !== undefined) {
                const key = `${reservation.id}@${first}`;
                bars.push({ key, reservation, node, first, count: i - begin });
            }
            begin = i;
        }
        return bars;
    }
}

function byStart(a: Bar, b: Bar): number {
    return (
        a.reservation.start - b.reservation.start ||
        a.first - b.first ||
        (a.reservation.id < b.reservation.id ? -1 : 1)
    );
}

function insert(list: Bar[], bar: Bar): void {
    let low = 0;
    let high = list.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (byStart(list[middle]!, bar) <= 0) low = middle + 1;
        else high = middle;
    }
    list.splice(low, 0, bar);
}
