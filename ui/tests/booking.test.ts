import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { WireCalendar } from "../src/api/contract";
import { argumentsOf, pairsOf } from "../src/booking/command_line";
import { fitNow, fitOf, nextFree } from "../src/booking/fit";
import { emptyForm, isPreemptible } from "../src/booking/form";
import { drawn, endPulled, gpusBetween, gpusMoved, moved, startPulled, tracksBetween } from "../src/booking/places";
import { SlotGrid } from "../src/time/slot_grid";
import { suggestionsOf } from "../src/booking/suggestion";
import { bookingOf, questionOf } from "../src/booking/wish";
import { Store } from "../src/site/store";
import { Rows } from "../src/timeline/rows";

const at = (text: string) => Date.parse(text);
const HOUR = 3_600_000;

describe("the site's slots without end", () => {
    const berlin = new SlotGrid("Europe/Berlin", 120);

    it("go on past any day and back", () => {
        const grid = new SlotGrid("Asia/Shanghai", 120);
        const edge = at("2026-12-06T14:00:00Z");
        assert.equal(grid.floor(edge + HOUR), edge);
        assert.equal(grid.ceil(edge + 1), edge + 2 * HOUR);
        assert.equal(grid.add(edge, 16), edge + 32 * HOUR);
        assert.equal(grid.add(edge, -13), edge - 26 * HOUR);
        assert.equal(grid.count(edge, edge + 32 * HOUR), 16);
    });

    it("have one of an hour when the clocks go forward, and one of three when they go back", () => {
        // 29 March 2026, 02:00 becomes 03:00: the slot from 02:00 is one hour long.
        const spring = at("2026-03-29T00:00:00+01:00");
        assert.equal(berlin.add(spring, 1) - spring, 2 * HOUR);
        assert.equal(berlin.add(spring, 2) - berlin.add(spring, 1), HOUR);
        assert.equal(berlin.add(spring, 12) - spring, 23 * HOUR);
        const autumn = at("2026-10-25T00:00:00+02:00");
        assert.equal(berlin.add(autumn, 2) - berlin.add(autumn, 1), 3 * HOUR);
        assert.equal(berlin.add(autumn, 12) - autumn, 25 * HOUR);
        assert.equal(berlin.count(autumn, autumn + 25 * HOUR), 12);
    });

    it("keep a window's number of slots when it is moved over a change of clocks", () => {
        const start = at("2026-03-28T20:00:00+01:00");
        const place = { gpus: [0], start, end: start + 4 * HOUR };
        // Two slots from 00:00 end at 04:00 summer time: three hours later.
        const over = moved(berlin, place, 4 * HOUR);
        assert.deepEqual(over, { start: start + 4 * HOUR, end: start + 7 * HOUR });
        assert.equal(berlin.count(over.start, over.end), 2);
    });
});

describe("what a stroke means", () => {
    const grid = new SlotGrid("UTC", 120);
    const day = at("2026-12-02T00:00:00Z");
    const place = { gpus: [0, 1], start: day + 8 * HOUR, end: day + 12 * HOUR };

    it("is every slot that it touches, in either direction", () => {
        const expected = { start: day + 8 * HOUR, end: day + 14 * HOUR };
        assert.deepEqual(drawn(grid, day + 8.5 * HOUR, day + 12.1 * HOUR, day), expected);
        assert.deepEqual(drawn(grid, day + 12.1 * HOUR, day + 8.5 * HOUR, day), expected);
    });

    it("leaves out what is over, unless all of it is", () => {
        const now = day + 10 * HOUR;
        assert.equal(drawn(grid, day + 5 * HOUR, day + 13 * HOUR, now).start, now);
        assert.equal(drawn(grid, day + 5 * HOUR, day + 7 * HOUR, now).start, day + 4 * HOUR);
    });

    it("snaps moves to the nearest edge", () => {
        assert.equal(moved(grid, place, 2.9 * HOUR).start, day + 10 * HOUR);
        assert.equal(moved(grid, place, 3.1 * HOUR).start, day + 12 * HOUR);
    });

    it("leaves one slot when an end is pulled over the other", () => {
        assert.equal(endPulled(grid, place, -20 * HOUR, day), day + 10 * HOUR);
        assert.equal(endPulled(grid, place, -20 * HOUR, day + 10 * HOUR), day + 12 * HOUR);
        assert.equal(startPulled(grid, place, 20 * HOUR, day), day + 10 * HOUR);
        assert.equal(startPulled(grid, place, -20 * HOUR, day + 4 * HOUR), day + 4 * HOUR);
    });

    const nodes = [
        { name: "n1", first: 0, count: 2 },
        { name: "n2", first: 2, count: 2 },
        { name: "n3", first: 4, count: 2 },
    ];
    const rows = new Rows(nodes, new Set()).list;
    const folded = new Rows(nodes, new Set(["n2"])).list;

    it("takes the GPUs between, across nodes, but none that nobody sees", () => {
        assert.deepEqual(gpusBetween(rows, 2, 4), [1, 2]);
        assert.deepEqual(gpusBetween(rows, 5, 1), [0, 1, 2, 3]);
        assert.deepEqual(gpusBetween(folded, 1, 5), [0, 1, 4]);
    });

    it("moves as many GPUs over as there are tracks", () => {
        assert.equal(tracksBetween(rows, 1, 4), 2);
        assert.equal(tracksBetween(rows, 4, 1), -2);
        assert.deepEqual(gpusMoved(rows, [0, 1], 1), [1, 2]);
        assert.deepEqual(gpusMoved(rows, [0, 1], 9), [4, 5]);
        assert.deepEqual(gpusMoved(rows, [2, 3], -9), [0, 1]);
        assert.deepEqual(gpusMoved(folded, [2, 3], 1), [2, 3]);
    });
});

describe("whether a window fits, as far as the page knows", () => {
    const from = at("2026-11-30T00:00:00Z");
    const held = (id: string, state: string, gpus: number[], start: number, end: number) => ({
        id, state, gpus, owner: "bob", team: "", title: id, progress: null,
        start: new Date(from + start * HOUR).toISOString(), end: new Date(from + end * HOUR).toISOString(),
    });
    const store = new Store();
    store.load({
        revision: 1, now: new Date(from).toISOString(), zone: "UTC", slot_minutes: 120,
        from: new Date(from).toISOString(), to: new Date(from + 168 * HOUR).toISOString(),
        nodes: [
            { name: "n1", gpus: [{ id: "n1/0" }, { id: "n1/1", health: "healthy" }] },
            { name: "n2", gpus: [{ id: "n2/0", health: "down" }] },
        ],
        reservations: [
            held("r-1", "confirmed", [0], 10, 20),
            held("r-2", "cancelled", [1], 10, 20),
            held("r-3", "waitlisted", [1], 10, 20),
        ],
    } satisfies WireCalendar);
    const place = (gpus: number[], start: number, end: number) => ({
        gpus, start: from + start * HOUR, end: from + end * HOUR,
    });
    const now = from + 8 * HOUR;

    it("is free beside and between bookings, and over what holds nothing", () => {
        assert.deepEqual(fitOf(store, place([0], 8, 10), now), { fits: true, sure: true });
        assert.deepEqual(fitOf(store, place([0], 20, 22), now), { fits: true, sure: true });
        assert.deepEqual(fitOf(store, place([1], 8, 30), now), { fits: true, sure: true });
        assert.deepEqual(fitOf(store, place([1], 160, 170), now), { fits: true, sure: false });
    });

    it("names what is in the way, unless that is what moves", () => {
        const fit = fitOf(store, place([0, 1], 18, 30), now);
        assert.equal(fit.fits || fit.why !== "taken" ? "" : `${fit.by.id} on ${fit.gpu}`, "r-1 on 0");
        assert.ok(fitOf(store, place([0], 18, 30), now, "r-1").fits);
        assert.ok(!fitNow(store, [0], now, from + 12 * HOUR).fits);
    });

    it("is not over, and not on a GPU that is down", () => {
        assert.deepEqual(fitOf(store, place([1], 6, 10), now), { fits: false, why: "past" });
        assert.deepEqual(fitOf(store, place([2], 8, 10), now), { fits: false, why: "health", gpu: 2 });
    });

    it("finds the next free slot", () => {
        assert.deepEqual(nextFree(store, now, (edge) => edge + 2 * HOUR), place([0], 8, 10));
        assert.deepEqual(nextFree(store, from + 10 * HOUR, (edge) => edge + 2 * HOUR), place([1], 10, 12));
    });
});

describe("a booking's wish", () => {
    const gpus = [{ id: "n1/0" }, { id: "n1/1" }];
    const start = at("2026-12-02T12:00:00Z");
    const draft = { gpus: [0, 1], start, end: start + 4 * HOUR };
    const form = { ...emptyForm("vision"), title: " yolo " };

    it("names the drawn GPUs and the window, and now for the current slot", () => {
        const site = { gpus, currentSlot: start - 2 * HOUR };
        assert.deepEqual(bookingOf(form, draft, site), {
            title: "yolo", team: "vision", priority: "P2", gpus: { ids: ["n1/0", "n1/1"] },
            start: "2026-12-02T12:00:00Z", end: "2026-12-02T16:00:00Z",
        });
        const now = questionOf(form, draft, { gpus, currentSlot: start }) as { start: string };
        assert.equal(now.start, "now");
    });

    it("says on a cluster what the container is given, and the nodes by the GPUs on each", () => {
        const site = { gpus, currentSlot: 0, onCluster: true };
        const job = {
            ...form,
            workload: "command" as const,
            command: { line: "python train.py", workdir: "", env: "" },
            container: { image: " yolo:8.3 ", volumes: "coco:/data:ro\n runs:/runs\n", secrets: "wandb" },
        };
        const given = {
            kind: "command",
            argv: ["python", "train.py"],
            image: "yolo:8.3",
            volumes: [
                { claim: "coco", mount: "/data", read_only: true },
                { claim: "runs", mount: "/runs" },
            ],
            secrets: ["wandb"],
        };
        const drawn = bookingOf(job, draft, site) as Record<string, unknown>;
        // The cluster may choose others like them on the node.
        assert.deepEqual(drawn["gpus"], { ids: ["n1/0", "n1/1"], count: 2 });
        assert.deepEqual(drawn["workload"], given);
        const gang = bookingOf({ ...job, which: "any", count: 8, nodes: 2 }, draft, site) as Record<string, unknown>;
        assert.deepEqual(gang["gpus"], { count: 8, per_node: 4 });
        assert.deepEqual(gang["workload"], { ...given, nodes: 2, gpus_per_node: 4 });
        const here = bookingOf(job, draft, { gpus, currentSlot: 0 }) as Record<string, unknown>;
        assert.deepEqual(here["workload"], { kind: "command", argv: ["python", "train.py"] });
    });

    it("goes by its plan's token alone", () => {
        const wish = bookingOf({ ...form, otherwise: "wait" }, { ...draft, plan: "plan-1" }, { gpus, currentSlot: 0 });
        assert.deepEqual(wish, { plan: "plan-1", title: "yolo", team: "vision", priority: "P2" });
    });

    it("waits as long as it says, for any GPUs of a kind", () => {
        const patient = { ...form, which: "any", count: 2, model: "A100", otherwise: "wait", patience: 6 } as const;
        const wish = bookingOf(patient, draft, { gpus, currentSlot: 0 }) as Record<string, unknown>;
        assert.deepEqual(wish["gpus"], { count: 2, model: "A100", spread: "same_node" });
        assert.deepEqual(wish["wait"], { latest_start: "2026-12-02T18:00:00Z", mode: "auto" });
    });

    it("may be preempted as its priority has it", () => {
        assert.deepEqual(
            ["P0", "P1", "P2", "P3"].map((priority) => isPreemptible({ ...form, priority })),
            [false, false, true, true],
        );
    });

    it("takes a command line apart as a shell does", () => {
        assert.deepEqual(argumentsOf(`python train.py --name "night run" 'it''s' a\\ b ""`), [
            "python", "train.py", "--name", "night run", "its", "a b", "",
        ]);
        assert.deepEqual(pairsOf("A=1\n\nB = x=y \nnothing"), [["A", "1"], ["B", "x=y"]]);
    });

    it("reads suggestions by the tracks' own count, five at most and none that evicts", () => {
        const wire = (kind: string, ids: string[]) => ({
            kind, gpus: ids, start: "2026-12-02T12:00:00Z", end: "2026-12-02T14:00:00Z",
        });
        const [first, second] = suggestionsOf(
            [wire("evict", ["n1/0"]), wire("later", ["n1/1", "n1/0"]), wire("on_grid", [])], gpus, [1],
        );
        assert.deepEqual([first!.number, first!.place.gpus], [1, [0, 1]]);
        assert.deepEqual(second!.place.gpus, [1]);
    });
});
