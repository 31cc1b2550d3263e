/** What is asked of a plan, and what its answers are made of, without a browser. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SlotGrid } from "../src/time/slot_grid";
import { changesBetween, peopleOf, verdictOf, type WirePlan, type WireVictim } from "../src/plan/answer";
import { ghostsOf } from "../src/plan/plan_ghosts";
import { firstWish, latestStart, planBody, waitBody, wholeSlots, type Wish } from "../src/plan/wish";
import { edgesOf, lastOf } from "../src/time/slots";

const HOUR = 3_600_000;
const SHANGHAI = new SlotGrid("Asia/Shanghai", 120);
const NOW = Date.parse("2026-11-25T06:20:00Z"); // 14:20 there

const wish = (fields: Partial<Wish> = {}): Wish => ({ ...firstWish(NOW, SHANGHAI), ...fields });

describe("a wish", () => {
    it("is booked in whole slots", () => {
        assert.equal(wholeSlots(20, 120), 20);
        assert.equal(wholeSlots(20.1, 120), 22);
        assert.equal(wholeSlots(0, 120), 2);
        assert.equal(wholeSlots(0.5, 30), 0.5);
    });

    it("asks for its deadline, for the earliest window, or for now", () => {
        const deadline = Date.parse("2026-11-28T02:00:00Z");
        assert.deepEqual(planBody(wish({ deadline, model: "A100", memory: 80, spread: true, title: " v8l " }), 120), {
            gpus: { count: 4, model: "A100", min_memory_gb: 80, spread: "any" },
            hours: 20,
            priority: "P2",
            title: "v8l",
            finish_before: "2026-11-28T02:00:00Z",
        });
        assert.deepEqual(planBody(wish({ when: "earliest" }), 120), { gpus: { count: 4 }, hours: 20, priority: "P2" });
        assert.deepEqual(planBody(wish({ when: "now" }), 120), {
            gpus: { count: 4 }, hours: 20, priority: "P2", start: "now",
        });
    });

    it("brings the training that it is for, if that is to start by itself", () => {
        const training = { model: "yolov8l", images: 5000, epochs: 50, imgsz: 960, data: "night.yaml", starts: true };
        assert.deepEqual((planBody(wish({ training }), 120) as { workload: object }).workload, {
            kind: "yolo", model: "yolov8l.pt", data: "night.yaml", epochs: 50, imgsz: 960,
        });
        const asked = planBody(wish({ training: { ...training, starts: false } }), 120);
        assert.ok(!("workload" in asked));
    });

    it("can wait until the last start that is in time", () => {
        const deadline = Date.parse("2026-11-28T02:00:00Z");
        assert.equal(latestStart(wish({ deadline }), SHANGHAI), deadline - 20 * HOUR);
        const body = waitBody(wish({ deadline }), SHANGHAI) as { wait: object };
        assert.deepEqual(body.wait, { latest_start: "2026-11-27T06:00:00Z", mode: "auto" });
    });
});

describe("the times of a day to choose from", () => {
    it("are the site's slots, whatever zone they are chosen in", () => {
        const kolkata = edgesOf({ year: 2026, month: 11, day: 25 }, "Asia/Kolkata", "Asia/Shanghai", 120);
        assert.equal(new Date(kolkata[0]!).toISOString(), "2026-11-24T20:00:00.000Z");
        assert.equal(kolkata.length, 12);
    });

    it("keep to the same time of another day as well as that day has it", () => {
        assert.equal(lastOf([0, 2, 4], 3), 2);
        assert.equal(lastOf([0, 2, 4], 9), 4);
        assert.equal(lastOf([5, 7], 3), 5);
    });
});

const window = (start: number, hours: number, gpus = ["n1/0"], kind = "later") => ({
    kind, gpus, start: new Date(start).toISOString(), end: new Date(start + hours * HOUR).toISOString(), plan: "plan-1",
});

const victim = (id: string, fields: Partial<WireVictim> = {}): WireVictim => ({
    id, owner: "bob", team: "speech", gpus: ["n1/0"], start: new Date(NOW).toISOString(),
    end: new Date(NOW + 8 * HOUR).toISOString(), priority: "P2", running: true, gpu_hours_lost: 3,
    again_from: new Date(NOW + 20 * HOUR).toISOString(), again_to: new Date(NOW + 28 * HOUR).toISOString(),
    again_gpus: ["n1/1"], ...fields,
});

const answer = (fields: Partial<WirePlan> = {}): WirePlan => ({
    feasible: true, windows: [], earliest_finish: null, summary: "yes", advice: [], odds: null, eviction: null,
    eviction_refused: null, ...fields,
});

const evicting = (...victims: WireVictim[]): WirePlan =>
    answer({
        feasible: false,
        eviction: { ...window(NOW, 20), victims, harm_gpu_hours: 12 },
        windows: [window(NOW, 20, ["n1/0"], "evict")],
    });

describe("an answer asked for anew", () => {
    it("is the same if only time went on", () => {
        const before = answer({ windows: [window(NOW, 20)] });
        const at20 = { ...window(NOW, 20), start: new Date(NOW + 60_000).toISOString() };
        assert.deepEqual(changesBetween(before, answer({ windows: [at20] })), []);
        const loses = evicting(victim("r-1", { gpu_hours_lost: 4 }));
        assert.deepEqual(changesBetween(evicting(victim("r-1")), loses), []);
    });

    it("says which windows went and came, and that yes became no", () => {
        const [first, second] = [window(NOW, 20), window(NOW + 2 * HOUR, 20)];
        const before = answer({ windows: [first] });
        assert.deepEqual(changesBetween(before, answer({ windows: [second] })), [
            { what: "gone", window: first },
            { what: "new", window: second },
        ]);
        const no = answer({ feasible: false, earliest_finish: "2026-11-30T00:00:00Z" });
        assert.deepEqual(changesBetween(before, no), [
            { what: "verdict", to: "no" },
            { what: "gone", window: first },
            { what: "earliest", finish: "2026-11-30T00:00:00Z" },
        ]);
    });

    it("says who is disturbed, who no longer, and who goes elsewhere", () => {
        const moved = victim("r-2", { again_from: null, again_to: null, again_gpus: [] });
        const changes = changesBetween(evicting(victim("r-1"), victim("r-2")), evicting(moved, victim("r-3")));
        assert.deepEqual(
            changes.map((change) => [change.what, "victim" in change ? change.victim.id : ""]),
            [["moved", "r-2"], ["disturbed", "r-3"], ["spared", "r-1"]],
        );
    });

    it("counts people, not reservations", () => {
        const plan = evicting(victim("r-1"), victim("r-2"), victim("r-3", { owner: "carol" }));
        assert.equal(verdictOf(plan), "eviction");
        assert.deepEqual(peopleOf(plan.eviction!), ["bob", "carol"]);
    });
});

describe("a plan on the tracks", () => {
    const fleet = ["n1/0", "n1/1"].map((id) => ({ id }));
    const words = {
        length: () => "20 h",
        urgent: () => "P0",
        victim: (number: string) => number,
        again: (number: string) => number,
    };

    it("numbers its windows, the chosen one apart", () => {
        const windows = [window(NOW, 20), window(NOW + 2 * HOUR, 20)];
        const chosen = `later n1/0 ${windows[1]!.end}`;
        const ghosts = ghostsOf(answer({ windows }), chosen, fleet, words, () => {});
        assert.deepEqual(ghosts.map(({ label, kind }) => [label, kind]), [["1", "suggestion"], ["2", "fits"]]);
    });

    it("pairs whom a P0 disturbs with where they go on", () => {
        const homeless = victim("r-2", { again_from: null, again_to: null, again_gpus: [] });
        const ghosts = ghostsOf(evicting(victim("r-1"), homeless), null, fleet, words, () => {});
        assert.deepEqual(
            ghosts.map(({ label, kind, gpus }) => [label, kind, gpus]),
            [["①", "evicted", [0]], ["①", "moved", [1]], ["②", "evicted", [0]], ["P0", "urgent", [0]]],
        );
    });
});
