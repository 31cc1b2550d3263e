import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { apiQuery, filtersOf, withFilter } from "../src/audit/audit_filters";
import type { AuditRow } from "../src/audit/audit_row";
import { changeBy } from "../src/audit/before_after";
import { eventDetail, idRanges } from "../src/audit/event_detail";
import { Formats } from "../src/time/formats";
import { catalogues, sayValue } from "../src/words/words";

/** As the server itself has them. */
const KINDS = [...readFileSync("../src/booking/event.cpp", "utf8").matchAll(/kind_of<\w+> = "(\w+)"/g)].map(
    (match) => match[1]!,
);
const COMMANDS = [...readFileSync("../src/booking/command.cpp", "utf8").matchAll(/return "(\w+)";/g)].map(
    (match) => match[1]!,
);

const en = new Formats("en", "Asia/Shanghai");
const zh = new Formats("zh", "Asia/Shanghai");

describe("the words of the record", () => {
    it("exist for every kind of event and every command, in both languages", () => {
        assert.ok(KINDS.length >= 31 && COMMANDS.length >= 20);
        for (const language of ["en", "zh"] as const) {
            const words = Object.keys(catalogues[language]);
            for (const kind of KINDS) assert.ok(words.includes(`event.${kind}`), kind);
            for (const command of COMMANDS) assert.ok(words.includes(`command.${command}`), command);
        }
    });

    it("exist for nothing that the server does not have", () => {
        for (const key of Object.keys(catalogues.en)) {
            const [group, value] = key.split(".") as [string, string];
            if (group === "event") assert.ok(KINDS.includes(value), key);
            if (group === "command") assert.ok(COMMANDS.includes(value), key);
        }
    });

    it("leave a newer server's kinds as they are", () => {
        assert.equal(sayValue("zh", "event", "gpu_repainted"), "gpu_repainted");
        assert.equal(eventDetail("gpu_repainted", { colour: "red" }, en), "");
    });
});

describe("an event's line", () => {
    const start = "2026-11-25T12:00:00Z";
    const end = "2026-11-26T20:00:00Z";
    const gpus = ["node1/0", "node1/1", "node1/2", "node2/5"];

    it("names the window and the GPUs of a booking", () => {
        const event = { reservation: { id: "r-1", title: "yolov8l coco", start, end, gpus } };
        assert.equal(
            eventDetail("reservation_confirmed", event, en),
            "yolov8l coco · Wed 25 Nov 20:00 – Fri 27 Nov 04:00 (32 h) · node1/0–2, node2/5",
        );
    });

    it("names how many GPUs a waiting one asked for", () => {
        const event = { reservation: { title: "later", start, end, gpus: [], asked: { count: 4 } } };
        assert.match(eventDetail("reservation_waitlisted", event, en), / · 4 GPUs$/);
    });

    it("tells how something ended", () => {
        const event = { id: "r-1", state: "failed", exit_code: 137, detail: "out of memory" };
        assert.equal(eventDetail("reservation_ended", event, en), "Failed · exit status 137 · out of memory");
        assert.equal(eventDetail("reservation_ended", event, zh), "失败 · 退出码 137 · out of memory");
    });

    it("tells from whom to whom something went", () => {
        const event = { id: "r-1", owner: "bowen", team: "speech", from: "alice" };
        assert.equal(eventDetail("reservation_transferred", event, en), "alice → bowen, speech");
    });

    it("bears whatever an event lacks", () => {
        for (const kind of KINDS) {
            for (const event of [{}, { gpus: 3, reservation: null, notice: "x", findings: [null] }]) {
                assert.equal(typeof eventDetail(kind, event as never, en), "string", kind);
            }
        }
    });

    it("draws neighbours together", () => {
        assert.equal(idRanges(["a/0", "a/1", "b/0", "b/2", "b/3"]), "a/0–1, b/0, b/2–3");
        assert.equal(idRanges([]), "");
    });
});

describe("before and after", () => {
    const row = (sequence: number, kind: string, event: object): AuditRow => ({
        sequence, kind, time: "2026-11-25T12:00:00Z", actor: "alice", command: "", reason: "", reservation: "r-1",
        event: event as AuditRow["event"],
    });
    const born = {
        state: "confirmed", title: "a", owner: "alice", team: "vision", priority: "P2", gpus: ["node1/0"],
        start: "2026-11-26T00:00:00Z", end: "2026-11-26T08:00:00Z",
    };
    const rows = [
        row(3, "reservation_confirmed", { reservation: born }),
        row(5, "preflight_reported", { findings: [] }),
        row(8, "reservation_changed", { ...born, title: "a", gpus: ["node1/1"], end: "2026-11-26T10:00:00Z" }),
        row(9, "reservation_transferred", { owner: "bowen", team: "vision", from: "alice" }),
        row(12, "reservation_ended", { state: "cancelled", ended_at: "2026-11-25T13:00:00Z" }),
    ];

    it("are told of what a row changed, and of nothing else", () => {
        assert.deepEqual(changeBy(5, rows)?.changed, []);
        const change = changeBy(8, rows)!;
        assert.deepEqual(change.changed, ["window", "gpus"]);
        assert.deepEqual([change.before?.gpus, change.after.gpus], [["node1/0"], ["node1/1"]]);
        assert.equal(change.after.end! - change.before!.end!, 2 * 3_600_000);
        assert.deepEqual(changeBy(9, rows)?.changed, ["owner"]);
        assert.deepEqual(changeBy(12, rows)?.changed, ["state", "window"]);
    });

    it("begin with nothing", () => {
        const change = changeBy(3, rows)!;
        assert.equal(change.before, null);
        assert.deepEqual(change.changed, ["state", "title", "owner", "team", "priority", "window", "gpus"]);
        assert.equal(changeBy(4, rows), null);
    });
});

describe("the record's filters", () => {
    it("go through the address, without blanks", () => {
        let query = new URLSearchParams();
        query = withFilter(query, "actor", " alice ");
        query = withFilter(query, "q", "urgent fix");
        assert.deepEqual(filtersOf(query), { q: "urgent fix", actor: "alice" });
        assert.equal(withFilter(query, "actor", " ").get("actor"), null);
    });

    it("ask for whole days of the zone, the last one included", () => {
        const filters = filtersOf(new URLSearchParams("from=2026-11-25&to=2026-11-25&kind=reservation_ended"));
        assert.deepEqual(apiQuery(filters, "Asia/Shanghai"), {
            kind: "reservation_ended",
            from: "2026-11-24T16:00:00Z",
            to: "2026-11-25T16:00:00Z",
        });
        assert.deepEqual(apiQuery({ from: "soon" }, "UTC"), {});
    });
});
