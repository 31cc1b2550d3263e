/** How a person's reservations are sorted, their past folded, and their curves parted. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { countdownText } from "../src/my_work/countdown_text";
import { panelsOf, rowsOf, withProgress } from "../src/my_work/curves";
import { deedsOf } from "../src/my_work/history";
import { sectionsOf } from "../src/my_work/sections";
import { lateBy, type Work } from "../src/my_work/work";

const NOW = Date.parse("2026-12-02T06:00:00Z");
const HOUR = 3_600_000;
const at = (hours: number) => new Date(NOW + hours * HOUR).toISOString();
const ALICE = { user: "alice", teams: ["vision"] };

function work(id: string, state: string, more: Partial<Work> = {}): Work {
    return {
        id, state, owner: "alice", team: "vision", gpus: ["node1/0"], start: at(-1), end: at(4), booked_end: at(4),
        created_at: at(-9), attempt: 0, ...more,
    };
}

const ids = (works: readonly Work[]) => works.map(({ id }) => id);

describe("a person's reservations", () => {
    it("stand where their state says, each list in its own order", () => {
        const sections = sectionsOf(
            [
                work("r-1", "running", { booked_end: at(9) }),
                work("r-2", "overrunning", { booked_end: at(-1) }),
                work("r-3", "confirmed", { start: at(30) }),
                work("r-4", "confirmed", { start: at(3) }),
                work("r-5", "waitlisted", { position: 2 }),
                work("r-6", "displaced", { position: null }),
                work("q-1", "queued", { position: 1 }),
                work("q-2", "running", { booked_end: at(0.2) }),
                work("r-7", "completed", { ended_at: at(-30) }),
                work("r-8", "failed", { ended_at: at(-2) }),
                work("r-9", "completed", { ended_at: at(-24 * 8) }),
            ],
            ALICE,
            NOW,
        );
        assert.deepEqual(ids(sections.running), ["r-2", "q-2", "r-1"]);
        assert.deepEqual(ids(sections.upcoming), ["r-4", "r-3"]);
        assert.deepEqual(ids(sections.waiting), ["r-6", "r-5"]);
        assert.deepEqual(ids(sections.queue), ["q-1"]);
        assert.deepEqual(ids(sections.ended), ["r-8", "r-7"]);
        assert.deepEqual(sections.needs, []);
    });

    it("need their owner in the order of their deadlines, what has none last", () => {
        const notice = (kind: string, hours: number) => ({ kind, given_at: at(0), deadline: at(hours) });
        const { needs } = sectionsOf(
            [
                work("r-1", "confirmed", { trouble: "node1 is down" }),
                work("r-2", "running", { notice: notice("eviction", 0.5) }),
                work("r-3", "offered", { wait: { latest_start: at(9), mode: "offer", answer_by: at(0.2) } }),
                work("r-4", "running", { check_in_by: at(0.3), notice: notice("no_show", 0.3) }),
                work("r-5", "confirmed", { owner: "bob", transfer: { to_user: "alice" } }),
                work("r-6", "confirmed", { start: at(5), preflight: [{ check: "data", ok: false, message: "no data" }] }),
            ],
            ALICE,
            NOW,
        );
        assert.deepEqual(
            needs.map(({ kind, work: { id } }) => `${kind} ${id}`),
            ["offer r-3", "check-in r-4", "notice r-2", "preflight r-6", "transfer r-5", "trouble r-1"],
        );
    });

    it("are offered to a person by name, or to a team of theirs; never to whoever offers", () => {
        const needs = (transfer: Work["transfer"], owner: string) =>
            sectionsOf([work("r-1", "confirmed", { owner, transfer: transfer ?? null })], ALICE, NOW).needs.length;
        assert.equal(needs({ to_user: "alice" }, "bob"), 1);
        assert.equal(needs({ to_user: "carol" }, "bob"), 0);
        assert.equal(needs({ to_team: "vision" }, "bob"), 1);
        assert.equal(needs({ to_team: "speech" }, "bob"), 0);
        assert.equal(needs({ to_team: "vision" }, "alice"), 0);
    });

    it("need nothing once they have ended", () => {
        const ended = work("r-1", "evicted", { trouble: "late", notice: { kind: "eviction", deadline: at(0) } });
        assert.deepEqual(sectionsOf([ended], ALICE, NOW).needs, []);
    });

    it("are late by what their job says beyond their booked end, while they run", () => {
        assert.equal(lateBy(work("r-1", "running", { expected_end: at(6) })), 2 * HOUR);
        assert.equal(lateBy(work("r-1", "running", { expected_end: at(3) })), -HOUR);
        assert.equal(lateBy(work("r-1", "completed", { expected_end: at(6) })), 0);
    });
});

describe("a count-down", () => {
    it("has minutes and seconds, hours only when there are some, and never less than nothing", () => {
        assert.equal(countdownText(23 * 60_000 + 12_000), "23:12");
        assert.equal(countdownText(3 * HOUR + 4 * 60_000 + 5000), "3:04:05");
        assert.equal(countdownText(9000), "0:09");
        assert.equal(countdownText(-5000), "0:00");
    });
});

describe("a reservation's past", () => {
    const entry = (sequence: number, kind: string, actor = "berth") => ({ sequence, time: at(sequence), actor, kind, reason: "" });

    it("is told newest first, and what repeats itself once", () => {
        const saved = [3, 4, 6].map((sequence) => entry(sequence, "checkpoint_saved", "job:r-1/1"));
        const deeds = deedsOf([
            entry(1, "reservation_confirmed", "alice"),
            entry(2, "reservation_running"),
            ...saved,
            entry(5, "expected_end_changed", "job:r-1/1"),
            entry(7, "reservation_ended"),
        ]);
        assert.deepEqual(
            deeds.map(({ kind, sequence, times }) => `${sequence} ${kind} ${times}`),
            [
                "7 reservation_ended 1",
                "6 checkpoint_saved 3",
                "5 expected_end_changed 1",
                "2 reservation_running 1",
                "1 reservation_confirmed 1",
            ],
        );
    });
});

describe("curves", () => {
    const point = (epoch: number | null, values: Record<string, number>) => ({ at: at(0), epoch, values });

    it("are parted into pictures, the metrics first, training and validation together", () => {
        const values = {
            "train/box_loss": 1.2, "train/cls_loss": 2, "metrics/precision(B)": 0.7, "metrics/recall(B)": 0.6,
            "metrics/mAP50(B)": 0.5, "metrics/mAP50-95(B)": 0.3, "val/box_loss": 1.3, "lr/pg0": 0.01, "speed": 40,
        };
        const panels = panelsOf({ names: Object.keys(values), attempts: [{ attempt: 1, points: [point(1, values)] }] });
        assert.deepEqual(
            panels.map(({ title, series }) => `${title}: ${series.map(({ label }) => label).join(" ")}`),
            [
                "mAP: mAP50 mAP50-95",
                "precision, recall: precision recall",
                "box_loss: train val",
                "cls_loss: cls_loss",
                "speed: speed",
                "lr: pg0",
            ],
        );
    });

    it("tell boxes and masks apart", () => {
        const names = ["metrics/mAP50(B)", "metrics/mAP50(M)"];
        const [panel] = panelsOf({ names, attempts: [{ attempt: 1, points: [point(1, { [names[0]!]: 1, [names[1]!]: 0 })] }] });
        assert.deepEqual(panel!.series.map(({ label }) => label), ["mAP50(B)", "mAP50(M)"]);
    });

    it("go on where a later attempt resumes: what it does anew counts", () => {
        const attempts = [
            { attempt: 1, points: [point(1, { loss: 3 }), point(2, { loss: 2 }), point(3, { loss: 1.9 })] },
            { attempt: 2, points: [point(3, { loss: 1.5 }), point(4, { loss: 1 })] },
        ];
        assert.deepEqual(
            rowsOf({ names: ["loss"], attempts }).map(({ epoch, values }) => [epoch, values["loss"]]),
            [[1, 3], [2, 2], [3, 1.5], [4, 1]],
        );
    });

    it("count up where reports name no epoch, and show no place where nothing was measured", () => {
        const attempts = [{ attempt: 1, points: [point(null, { loss: 3 }), point(null, { other: 1 }), point(null, { loss: 2 })] }];
        const panels = panelsOf({ names: ["loss", "other"], attempts });
        assert.deepEqual(panels.map(({ title, epochs }) => [title, epochs]), [["loss", [1, 3]], ["other", [2]]]);
    });

    it("grow by what the stream tells, and are asked for again when it does not tell enough", () => {
        const before = { names: ["loss"], attempts: [{ attempt: 1, points: [point(1, { loss: 3 })] }] };
        const grown = withProgress(before, { attempt: 1, at: at(0), epoch: 2, values: { loss: 2, map: 0.1 } })!;
        assert.deepEqual(grown.names, ["loss", "map"]);
        assert.equal(grown.attempts[0]!.points.length, 2);
        const again = withProgress(grown, { attempt: 1, at: at(0), epoch: 2, values: { loss: 1 } })!;
        assert.deepEqual(again.attempts[0]!.points.map(({ values }) => values["loss"]), [3, 1]);
        assert.equal(withProgress(before, { epoch: 2 }), null);
    });
});
