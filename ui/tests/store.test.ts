import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JournalEvent, WireCalendar, WireCalendarReservation } from "../src/api/contract";
import { loadOf, skyline } from "../src/site/load";
import { Rows } from "../src/timeline/rows";
import { stepFrom } from "../src/timeline/bar_walk";
import { SiteClock } from "../src/time/site_clock";
import { markOf } from "../src/site/states";
import { Store } from "../src/site/store";
import { randomOf, siteOf, textOf } from "./fleet_generator";

const HOUR = 3_600_000;
const FROM = Date.parse("2026-11-22T16:00:00Z");
const TO = FROM + 7 * 24 * HOUR;

function booking(id: string, gpus: number[], start: number, hours: number, more = {}) {
    return {
        id, gpus, state: "confirmed", title: id, owner: "alice", team: "vision", priority: "P2",
        preemptible: true, progress: null,
        start: textOf(FROM + start * HOUR), end: textOf(FROM + (start + hours) * HOUR),
        ...more,
    };
}

function calendarOf(reservations: WireCalendarReservation[], revision = 10): WireCalendar {
    const nodes = ["a", "b"].map((name) => ({
        name,
        gpus: [0, 1, 2, 3].map((i) => ({ id: `${name}/${i}`, health: "healthy" })),
    }));
    return {
        revision, nodes, reservations, now: textOf(FROM), zone: "Asia/Shanghai", slot_minutes: 120,
        from: textOf(FROM), to: textOf(TO),
    };
}

const idOfGpu = (gpu: number) => `${gpu < 4 ? "a" : "b"}/${gpu % 4}`;

function eventOf(seq: number, wire: WireCalendarReservation, kind = "reservation_changed"): JournalEvent {
    const reservation = { ...wire, gpus: wire.gpus.map(idOfGpu), revision: seq };
    return { seq, time: textOf(FROM), kind, reservation };
}

function storeWith(...reservations: WireCalendarReservation[]): Store {
    const store = new Store();
    store.load(calendarOf(reservations));
    return store;
}

const allBars = (store: Store) =>
    store.nodes.map((_, node) => store.barsOf(node).map(({ key, count, reservation }) => ({ key, count, reservation })));

describe("the store", () => {
    it("makes one bar of adjacent GPUs, and parts them between nodes", () => {
        const store = storeWith(booking("r-1", [6, 1, 2, 3, 4], 0, 2));
        assert.deepEqual(store.barsOf(0).map((bar) => [bar.key, bar.count]), [["r-1@1", 3]]);
        assert.deepEqual(store.barsOf(1).map((bar) => [bar.key, bar.count]), [["r-1@4", 1], ["r-1@6", 1]]);
        assert.equal(store.barsOfReservation("r-1").length, 3);
    });

    it("keeps what is rare: maintenance, a tail, a notice, an offer, a trouble", () => {
        const at = (hour: number) => textOf(FROM + hour * HOUR);
        const store = storeWith(
            booking("r-1", [0], 0, 5, { state: "overrunning", booked_end: at(4) }),
            booking("r-2", [1], 0, 2, { kind: "maintenance", trouble: "a/1 is down" }),
            booking("r-3", [2], 0, 2, { state: "offered", wait: { answer_by: at(1) } }),
            booking("r-4", [3], 0, 2, {
                state: "releasing", notice: { kind: "eviction", deadline: at(2), by: "r-9" },
            }),
        );
        const one = (id: string) => store.reservations.get(id)!;
        assert.equal(one("r-1").bookedEnd, FROM + 4 * HOUR);
        assert.equal(one("r-2").bookedEnd, null);
        assert.equal(one("r-2").maintenance, true);
        assert.equal(markOf(one("r-2")), "!");
        assert.equal(one("r-3").answerBy, FROM + HOUR);
        assert.deepEqual(one("r-4").notice, { kind: "eviction", deadline: FROM + 2 * HOUR });
    });

    it("draws nothing of who waits and holds no GPU", () => {
        const store = storeWith();
        const waiting = { ...booking("r-1", [], 0, 2), state: "waitlisted" };
        store.apply(eventOf(11, waiting, "reservation_waitlisted"));
        assert.deepEqual(allBars(store), [[], []]);
    });

    it("moves a booking by an event, from one node to the other", () => {
        const store = storeWith(booking("r-1", [0], 0, 2));
        const touched: unknown[] = [];
        store.onChange = (change) => touched.push(change.nodes);
        assert.equal(store.apply(eventOf(11, booking("r-1", [5], 4, 6))), "changed");
        assert.deepEqual(store.barsOf(0), []);
        assert.equal(store.barsOf(1)[0]!.reservation.start, FROM + 4 * HOUR);
        assert.deepEqual(touched, [new Set([0, 1])]);
        assert.equal(store.revision, 11);
    });

    it("ignores what the snapshot already has", () => {
        const store = storeWith(booking("r-1", [0], 0, 2));
        assert.equal(store.apply(eventOf(10, booking("r-1", [5], 4, 6))), "ignored");
        assert.equal(store.barsOf(0).length, 1);
    });

    it("forgets a booking that leaves the week, and takes one that enters it", () => {
        const store = storeWith(booking("r-1", [0], 0, 2));
        assert.equal(store.apply(eventOf(11, booking("r-1", [0], 24 * 7, 4))), "changed");
        assert.equal(store.reservations.size, 0);
        assert.equal(store.apply(eventOf(12, booking("r-2", [0], -4, 4))), "ignored");
        assert.equal(store.apply(eventOf(13, booking("r-1", [0], 24 * 7 - 1, 4))), "changed");
        assert.equal(store.barsOf(0).length, 1);
    });

    it("asks for a snapshot when the fleet changed or a GPU is unknown", () => {
        const store = storeWith();
        assert.equal(store.apply({ seq: 11, time: textOf(FROM), kind: "gpu_health_changed" }), "reload");
        assert.equal(store.apply({ seq: 12, time: textOf(FROM), kind: "timer_ticked" }), "ignored");
        const event = eventOf(13, booking("r-1", [0], 0, 2));
        const strange = { ...event, reservation: { ...event.reservation!, gpus: ["z/9"] } };
        assert.equal(store.apply(strange), "reload");
    });

    it("keeps progress when an event does not mention it", () => {
        const store = storeWith(booking("r-1", [0], 0, 8, { state: "running" }));
        store.progress({ reservation: "r-1", epoch: 3, epochs: 10, eta_seconds: 60 });
        const { progress: _, ...rest } = booking("r-1", [0], 0, 10, { state: "running" });
        store.apply(eventOf(11, rest));
        assert.equal(store.reservations.get("r-1")!.progress!.epoch, 3);
        assert.equal(store.progress({ reservation: "r-9", epoch: 1, epochs: 2, eta_seconds: null }), "ignored");
    });

    it("takes no progress from a report without epochs", () => {
        const odd = { stage: "warm-up" } as unknown as { epoch: number; epochs: number; eta_seconds: null };
        const store = storeWith(booking("r-1", [0], 0, 8, { state: "running", progress: odd }));
        assert.equal(store.reservations.get("r-1")!.progress, null);
    });

    it("knows who holds a GPU at an instant, and that a cancelled booking does not", () => {
        const gone = booking("r-2", [0], 2, 4, { state: "cancelled" });
        const store = storeWith(booking("r-1", [0, 1], 0, 2), gone, booking("r-3", [0], 3, 2));
        const holder = (hour: number) => store.holderAt(0, FROM + hour * HOUR)?.id;
        assert.deepEqual([0, 1.9, 2, 3, 5].map(holder), ["r-1", "r-1", undefined, "r-3", undefined]);
    });

    it("is the same after any events as after a fresh snapshot", () => {
        const random = randomOf(42);
        const upTo = (n: number) => Math.floor(random() * n);
        const world = new Map<string, WireCalendarReservation>();
        const store = storeWith();
        for (let seq = 11; seq < 1500; ++seq) {
            const first = upTo(8);
            const gpus = Array.from({ length: 8 - first }, (_, i) => first + i).filter(() => random() < 0.6);
            const id = `r-${upTo(40)}`;
            const wire = booking(id, gpus, upTo(200) - 20, 1 + upTo(40));
            world.set(id, wire);
            store.apply(eventOf(seq, wire));
        }
        const shown = [...world.values()].filter(
            ({ gpus, start, end }) => gpus.length > 0 && Date.parse(end) > FROM && Date.parse(start) < TO,
        );
        const fresh = storeWith(...shown);
        assert.deepEqual(allBars(store), allBars(fresh));
        assert.deepEqual(
            [...store.reservations.keys()].sort(),
            [...fresh.reservations.keys()].sort(),
        );
    });
});

describe("the load", () => {
    const edges = [0, 2, 4, 6].map((hour) => FROM + hour * HOUR);

    it("counts a slot by the part of it that is held, and not what was given back", () => {
        const store = storeWith(
            booking("r-1", [0, 1], 1, 3),
            booking("r-2", [2], 4, 20, { team: "speech" }),
            booking("r-3", [3], 0, 6, { state: "cancelled" }),
        );
        const load = loadOf(store.barsOf(0), edges, 4);
        assert.deepEqual([...load.byTeam.get("vision")!], [1, 2, 0]);
        assert.deepEqual([...load.byTeam.get("speech")!], [0, 0, 1]);
        assert.equal(load.byTeam.size, 2);
        assert.equal(load.share, 8 / 24);
    });

    it("draws neighbours of equal height as one and stacks the teams", () => {
        const byTeam = new Map([
            ["a", Float64Array.of(2, 2, 0)],
            ["b", Float64Array.of(1, 0, 4)],
        ]);
        const paths = skyline({ byTeam, share: 0 }, [0, 10, 20, 30], 4, 40);
        assert.deepEqual(paths, [
            { team: "a", d: "M0.0 40.0H20.0V20.0H0.0Z" },
            { team: "b", d: "M0.0 20.0H10.0V10.0H0.0ZM20.0 40.0H30.0V0.0H20.0Z" },
        ]);
    });
});

describe("the rows", () => {
    it("hide the GPUs of a collapsed node", () => {
        const store = storeWith();
        const rows = new Rows(store.nodes, new Set(["a"]));
        assert.deepEqual(rows.list.map((row) => row.kind), ["node", "node", "gpu", "gpu", "gpu", "gpu"]);
        assert.equal(rows.ofGpu(2), null);
        assert.equal(rows.ofGpu(4)!.top, 64);
    });

    it("are found by pixel", () => {
        const { nodes } = { nodes: siteOf({ nodes: 50, gpusPerNode: 8, from: 0, to: 0, now: 0 }).nodes };
        const store = new Store();
        store.load({ ...calendarOf([]), nodes });
        const rows = new Rows(store.nodes, new Set());
        const { first, last } = rows.between(1000, 1500);
        for (const [index, row] of rows.list.entries()) {
            const touches = row.top < 1500 && row.top + row.height > 1000;
            assert.equal(index >= first && index < last, touches);
        }
    });
});

describe("the arrow keys", () => {
    const store = storeWith(
        booking("r-1", [0], 0, 4), booking("r-2", [0, 1], 6, 4), booking("r-3", [1], 20, 4), booking("r-4", [5], 8, 2),
    );
    const rows = new Rows(store.nodes, new Set());
    const cursor = (id: string, gpu: number) => ({ bar: store.barsOfReservation(id)[0]!, gpu });
    const go = (id: string, gpu: number, step: Parameters<typeof stepFrom>[1], on = rows) =>
        stepFrom(cursor(id, gpu), step, store, on)?.bar.reservation.id;

    it("go along the track that the reader is on", () => {
        assert.equal(go("r-1", 0, "right"), "r-2");
        assert.equal(go("r-2", 0, "right"), undefined);
        assert.equal(go("r-2", 1, "right"), "r-3");
        assert.equal(go("r-2", 0, "left"), "r-1");
        assert.equal(go("r-2", 0, "first"), "r-1");
        assert.equal(go("r-2", 1, "last"), "r-3");
    });

    it("go to the nearest booking on the next track that has one", () => {
        assert.equal(go("r-2", 0, "down"), "r-4");
        assert.equal(go("r-4", 5, "up"), "r-2");
        assert.equal(go("r-1", 0, "up"), undefined);
    });

    it("pass over a collapsed node", () => {
        const folded = new Rows(store.nodes, new Set(["b"]));
        assert.equal(go("r-2", 0, "down", folded), undefined);
    });
});

describe("the site's clock", () => {
    it("runs on from the server's time, whatever this machine's clock shows", () => {
        let local = 1_000_000;
        const clock = new SiteClock(() => local);
        clock.set(FROM, false);
        local += 1500;
        assert.equal(clock.now(), FROM + 1500);
    });

    it("stands still when simulated, until an event says otherwise", () => {
        let local = 1_000_000;
        const clock = new SiteClock(() => local);
        clock.set(FROM, true);
        local += 1500;
        assert.equal(clock.now(), FROM);
        clock.atLeast(FROM + HOUR);
        clock.atLeast(FROM);
        assert.equal(clock.now(), FROM + HOUR);
    });
});
