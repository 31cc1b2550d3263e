import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { reservationOf, type Reservation, type WireCalendar } from "../src/api/contract";
import { loadOf, MAINTENANCE, SlotLoad } from "../src/site/load";
import { isWarned, markOf } from "../src/site/states";
import { Store, type Bar } from "../src/site/store";
import { Formats } from "../src/time/formats";
import { periodOf, TimeScale, weekOf } from "../src/time/time_scale";
import { dateFromText } from "../src/time/zone";
import { mergeNarrow } from "../src/timeline/bar_merge";
import {
    countsOf, criteriaFrom, EVERYTHING, hiddenNodes, intoQuery, isEverything, testOf, toggled, withOnly,
} from "../src/timeline/filter";
import { Covered, ticksFor, ticksOf } from "../src/timeline/ticks";
import { daysIn, nameOf, seenDays, viewFor } from "../src/timeline/views";
import { linesOf } from "../src/timeline/waiting_lane";
import { factorOf, LEAST_SPAN, zoomed } from "../src/timeline/zoom";
import { randomOf, siteOf, textOf } from "./fleet_generator";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONE = "Asia/Shanghai";
const WEEK = weekOf(dateFromText("2026-11-30")!, ZONE, 120);
const day = (text: string) => dateFromText(text)!;

function reservation(id: string, fields: object = {}, gpus: number[] = [0]): Reservation {
    const wire = {
        id, state: "confirmed", title: `${id} title`, owner: "alice", team: "vision",
        start: textOf(WEEK.from), end: textOf(WEEK.from + 4 * HOUR), ...fields,
    };
    return reservationOf(wire, gpus);
}

/** Two nodes of two GPUs: a has A100, b has H100. */
function storeWith(...bookings: { gpus: number[]; fields?: object }[]): Store {
    const nodes = ["a", "b"].map((name) => ({
        name,
        gpus: [0, 1].map((i) => ({ id: `${name}/${i}`, model: name === "a" ? "A100" : "H100", health: "healthy" })),
    }));
    const calendar: WireCalendar = {
        revision: 1, now: textOf(WEEK.from), zone: ZONE, slot_minutes: 120, nodes,
        from: textOf(WEEK.from), to: textOf(WEEK.to),
        reservations: bookings.map(({ gpus, fields }, i) => ({
            id: `r-${i}`, state: "confirmed", title: `job ${i}`, owner: "alice", team: "vision", gpus,
            start: textOf(WEEK.from), end: textOf(WEEK.from + 4 * HOUR), ...fields,
        })),
    };
    const store = new Store();
    store.load(calendar);
    return store;
}

describe("zooming", () => {
    it("stays between three hours and all that is loaded", () => {
        assert.equal(zoomed(7, 2, 7), 3.5);
        assert.equal(zoomed(7, 0.5, 7), 7);
        assert.equal(zoomed(0.2, 100, 7), LEAST_SPAN);
    });

    it("undoes what it did when the wheel turns back", () => {
        const closer = factorOf({ deltaY: -120, deltaMode: 0 });
        const away = factorOf({ deltaY: 120, deltaMode: 0 });
        assert.ok(closer > 1.2 && closer < 1.4);
        assert.ok(Math.abs(closer * away - 1) < 1e-12);
    });

    it("takes lines for what they are in pixels, and a wild turn for two notches", () => {
        assert.equal(factorOf({ deltaY: 3, deltaMode: 1 }), factorOf({ deltaY: 99, deltaMode: 0 }));
        assert.equal(factorOf({ deltaY: -5000, deltaMode: 0 }), factorOf({ deltaY: -200, deltaMode: 0 }));
    });
});

describe("the marks of time", () => {
    const at = (days: number, width = 1244) => new TimeScale(WEEK.from, WEEK.to, (width * 7) / days);

    it("are hours of days when close, days of weeks when wide", () => {
        assert.equal(ticksFor(WEEK, at(7)).upper, "days");
        assert.equal(ticksFor(WEEK, at(31)).upper, "weeks");
        assert.equal(ticksFor(WEEK, at(31)).dayName, "number");
        assert.equal(ticksFor(WEEK, at(31)).labelEvery, 0);
    });

    it("divide a slot when there is room, and never overlap", () => {
        for (const days of [0.125, 0.25, 0.5, 1, 2, 3, 5, 7, 10, 14]) {
            const scale = at(days);
            const ticks = ticksOf(WEEK.days[2]!, ticksFor(WEEK, scale)).filter(({ named }) => named);
            const xs = ticks.map((tick) => scale.x(tick.at));
            const room = (i: number) => (ticks[i]!.edge && ticks[i + 1]!.edge ? 27 : 40);
            for (let i = 0; i + 1 < xs.length; ++i) {
                assert.ok(xs[i + 1]! - xs[i]! >= room(i), `${days} days: ${xs[i + 1]! - xs[i]!} px`);
            }
        }
        assert.equal(ticksFor(WEEK, at(0.125)).within, 10);
        assert.equal(ticksFor(WEEK, at(0.6)).within, 60);
        assert.equal(ticksFor(WEEK, at(1)).within, 0);
    });

    it("are drawn again only when the view leaves what is covered", () => {
        const covered = new Covered();
        const scale = at(1);
        const [from, to] = [WEEK.from + DAY, WEEK.from + 2 * DAY];
        assert.equal(covered.misses(from, to, "a"), true);
        assert.deepEqual(covered.cover(from, to, "a", scale), { from: WEEK.from, to: WEEK.from + 3 * DAY });
        assert.equal(covered.misses(from - 0.9 * DAY, to - 0.9 * DAY, "a"), false);
        assert.equal(covered.misses(from, to, "b"), true);
        assert.equal(covered.misses(from + 1.1 * DAY, to + 1.1 * DAY, "a"), true);
    });
});

describe("the days on the screen", () => {
    const en = new Formats("en", ZONE);
    const zh = new Formats("zh", ZONE);
    const name = (formats: Formats, first: number, days: number) => {
        const seen = { from: WEEK.from + first * DAY, to: WEEK.from + (first + days) * DAY };
        const view = viewFor("week", days, day("2026-12-02"));
        return nameOf(formats, WEEK, view, day("2026-12-02"), seenDays(WEEK, seen));
    };

    it("are named as people would", () => {
        assert.equal(name(en, 2, 1), "Wed 2 December");
        assert.equal(name(zh, 2, 1), "12月2日周三");
        assert.equal(name(en, 2, 3), "2–4 December");
        assert.equal(name(zh, 2, 3), "12月2日–4日");
        assert.equal(name(en, 0, 3), "30 November–2 December");
        assert.equal(name(zh, 0, 3), "11月30日–12月2日");
        assert.equal(name(en, 0, 7), "30 November–6 December 2026");
    });

    it("are those of which enough is seen", () => {
        assert.equal(name(en, 2.6, 1), "2–3 December");
        assert.equal(name(en, 2.9, 1), "Thu 3 December");
        assert.equal(name(en, 2.9, 0.2), "2–3 December");
        assert.equal(name(en, 2.3, 0.2), "Wed 2 December");
    });

    it("are a month in the month's view", () => {
        const december = day("2026-12-15");
        const period = periodOf(day("2026-11-30"), 35, ZONE, 120);
        assert.equal(daysIn("month", december), 31);
        assert.equal(nameOf(en, period, "month", december, []), "December 2026");
        assert.equal(nameOf(zh, period, "month", december, []), "2026年12月");
    });

    it("belong to a view only when as many fit as it has", () => {
        const today = day("2026-12-02");
        assert.equal(viewFor("week", 7, today), "week");
        assert.equal(viewFor("week", 1.01, today), "day");
        assert.equal(viewFor("week", 5, today), null);
        assert.equal(viewFor("month", 7, today), null);
        assert.equal(viewFor("month", 31, today), "month");
    });
});

describe("narrow bars", () => {
    const bar = (id: string, team = "vision", first = 0): Bar => ({
        key: `${id}@${first}`, reservation: reservation(id, { team }), node: 0, first, count: 1,
    });
    const placed = (of: Bar, left: number, width: number) => ({ bar: of, left, right: left + width });
    const never = () => false;

    it("of one team that touch become one block", () => {
        const run = [0, 2, 4].map((x, i) => placed(bar(`r-${i}`), x, 2));
        const { bars, blocks } = mergeNarrow(run, never);
        assert.equal(bars.length, 0);
        assert.deepEqual(blocks.map(({ left, right, bars: n }) => [left, right, n]), [[0, 6, 3]]);
    });

    it("stay apart by team, by GPU, and where there is a gap or a wide bar between them", () => {
        const { bars, blocks } = mergeNarrow(
            [
                placed(bar("r-1"), 0, 2), placed(bar("r-2", "speech"), 2, 2), placed(bar("r-3", "vision", 1), 4, 2),
                placed(bar("r-4"), 20, 2), placed(bar("r-5"), 22, 30), placed(bar("r-6"), 52, 2),
            ],
            never,
        );
        assert.equal(blocks.length, 0);
        assert.equal(bars.length, 6);
    });

    it("leave out what must stay a bar", () => {
        const run = [0, 2, 4, 6, 8].map((x, i) => placed(bar(`r-${i}`), x, 2));
        const { bars, blocks } = mergeNarrow(run, ({ reservation: { id } }) => id === "r-2");
        assert.deepEqual(bars.map((one) => one.bar.reservation.id), ["r-2"]);
        assert.deepEqual(blocks.map(({ left, right }) => [left, right]), [[0, 4], [6, 10]]);
    });
});

describe("a filter", () => {
    const store = storeWith(
        { gpus: [0], fields: { title: "YOLOv8 night", team: "vision", owner: "alice" } },
        { gpus: [2, 3], fields: { title: "speech", team: "speech", owner: "王芳", state: "running" } },
        { gpus: [1], fields: { kind: "maintenance", team: "", owner: "root" } },
    );
    const passing = (criteria: typeof EVERYTHING, user = "alice") =>
        [...store.reservations.values()].filter(testOf(criteria, user, store)).map(({ id }) => id);

    it("lets everything pass that no criterion speaks of", () => {
        assert.equal(passing(EVERYTHING).length, 3);
        assert.equal(isEverything(EVERYTHING), true);
    });

    it("searches title, owner, team and id, all words, whatever their case", () => {
        assert.deepEqual(passing({ ...EVERYTHING, text: "night yolo" }), ["r-0"]);
        assert.deepEqual(passing({ ...EVERYTHING, text: "王芳" }), ["r-1"]);
        assert.deepEqual(passing({ ...EVERYTHING, text: "r-1" }), ["r-1"]);
        assert.deepEqual(passing({ ...EVERYTHING, text: "night speech" }), []);
    });

    it("takes any value of one kind, and asks for each kind", () => {
        const both = withOnly(EVERYTHING, "team", ["vision", "speech"]);
        assert.deepEqual(passing(both), ["r-0", "r-1"]);
        assert.deepEqual(passing(toggled(both, "state", "running")), ["r-1"]);
        assert.deepEqual(passing(withOnly(EVERYTHING, "model", ["H100"])), ["r-1"]);
        assert.deepEqual(passing(withOnly(EVERYTHING, "node", ["a"])), ["r-0", "r-2"]);
        assert.deepEqual(passing({ ...EVERYTHING, mine: true }), ["r-0"]);
    });

    it("leaves out the rows of other nodes", () => {
        const hidden = hiddenNodes(withOnly(EVERYTHING, "model", ["H100"]), store)!;
        assert.deepEqual([0, 1].map(hidden), [true, false]);
        assert.equal(hiddenNodes(withOnly(EVERYTHING, "team", ["vision"]), store), null);
    });

    it("comes back from the address as it went in, beside what else stands there", () => {
        const criteria = { ...toggled(withOnly(EVERYTHING, "team", ["a&b", "视觉"]), "state", "running"), mine: true, text: "x y" };
        const query = new URLSearchParams("view=week");
        intoQuery(criteria, query);
        assert.equal(query.get("view"), "week");
        assert.deepEqual(criteriaFrom(new URLSearchParams(query.toString())), criteria);
        intoQuery(EVERYTHING, query);
        assert.equal(query.toString(), "view=week");
    });

    it("counts what there is, maintenance only among the states", () => {
        const counts = countsOf(store);
        assert.deepEqual([...counts.team], [["vision", 1], ["speech", 1]]);
        assert.deepEqual([...counts.state], [["confirmed", 2], ["running", 1]]);
        assert.deepEqual([...counts.model], [["A100", 2], ["H100", 2]]);
        assert.deepEqual([...store.teams], [["vision", 1], ["speech", 1]]);
    });
});

describe("who waits", () => {
    const waiting = (id: string, from: number, hours: number) => ({
        id, state: "waitlisted", title: id, owner: "emma", team: "speech", gpus: [], asked: { count: 4 },
        start: textOf(WEEK.from + from * HOUR), end: textOf(WEEK.from + (from + hours) * HOUR),
        wait: { latest_start: textOf(WEEK.from + (from + 10) * HOUR), mode: "auto" },
    });
    const event = (seq: number, reservation: ReturnType<typeof waiting> | object) =>
        ({ seq, time: textOf(WEEK.from), kind: "any", reservation }) as Parameters<Store["apply"]>[0];

    it("is listed while it waits, and leaves the list with an offer", () => {
        const store = storeWith();
        assert.equal(store.apply(event(2, waiting("r-9", 4, 8))), "changed");
        assert.equal(store.waiting.get("r-9")!.asked, 4);
        assert.equal(store.waiting.get("r-9")!.latestStart, WEEK.from + 14 * HOUR);
        assert.equal(store.teams.get("speech"), 1);
        const offered = { ...waiting("r-9", 4, 8), state: "offered", gpus: ["a/0", "a/1"] };
        assert.equal(store.apply(event(3, offered)), "changed");
        assert.equal(store.waiting.size, 0);
        assert.equal(store.barsOf(0).length, 1);
        assert.equal(store.teams.get("speech"), 1);
    });

    it("leaves the list when it is given up, and is not listed for another week", () => {
        const store = storeWith();
        store.apply(event(2, waiting("r-9", 4, 8)));
        assert.equal(store.apply(event(3, { ...waiting("r-9", 4, 8), state: "cancelled" })), "changed");
        assert.equal(store.waiting.size + store.teams.size, 0);
        assert.equal(store.apply(event(4, waiting("r-8", 24 * 7, 8))), "ignored");
        assert.equal(store.apply(event(5, waiting("r-7", -12, 8))), "changed", "it may still start this week");
    });

    it("lies under one another where the wishes overlap", () => {
        const wish = (id: string, from: number, to: number) =>
            reservation(id, { start: textOf(WEEK.from + from * HOUR), end: textOf(WEEK.from + to * HOUR) });
        const wishes = [wish("a", 0, 4), wish("b", 2, 6), wish("c", 4, 8), wish("d", 5, 6), wish("e", 5, 6)];
        assert.deepEqual([...linesOf(wishes, 3)], [["a", 0], ["b", 1], ["c", 0], ["d", 2], ["e", 2]]);
    });
});

describe("what must catch the eye", () => {
    const notice = (kind: string) => ({ kind, deadline: textOf(WEEK.from) });

    it("is idle, missed or about to be taken back, and nothing that is over", () => {
        assert.equal(isWarned(reservation("r-1", { state: "running", notice: notice("idle") })), true);
        assert.equal(isWarned(reservation("r-1", { state: "running", idle_since: textOf(WEEK.from) })), true);
        assert.equal(isWarned(reservation("r-1", { notice: notice("no_show") })), true);
        assert.equal(isWarned(reservation("r-1", { state: "running", notice: notice("end") })), false);
        assert.equal(isWarned(reservation("r-1", { state: "completed", notice: notice("idle") })), false);
        assert.equal(markOf(reservation("r-1", { state: "running", notice: notice("idle") })), "⚠");
    });
});

describe("the site's load", () => {
    it("is the same after any changes as when counted afresh", () => {
        const random = randomOf(5);
        const { nodes, reservations } = siteOf({ nodes: 6, gpusPerNode: 4, from: WEEK.from, to: WEEK.to, now: WEEK.from });
        const store = new Store();
        store.load({
            revision: 1, now: textOf(WEEK.from), zone: ZONE, slot_minutes: 120, nodes, reservations,
            from: textOf(WEEK.from), to: textOf(WEEK.to),
        });
        const load = new SlotLoad(WEEK.edges);
        for (const one of store.reservations.values()) load.add(one, 1, one.gpus.length);
        store.onChange = ({ before, after }) => {
            if (before) load.add(before, -1, before.gpus.length);
            if (after) load.add(after, 1, after.gpus.length);
        };
        reservations.slice(0, 60).forEach((wire, i) => {
            const start = textOf(WEEK.from + Math.floor(random() * 300 - 80) * HOUR);
            const end = textOf(Date.parse(start) + Math.ceil(random() * 40) * HOUR);
            const gpus = wire.gpus.map((gpu) => nodes.flatMap((node) => node.gpus)[gpu]!.id);
            const kind = random() < 0.2 ? { kind: "maintenance" } : {};
            const reservation = { ...wire, ...kind, start, end, gpus, state: random() < 0.2 ? "cancelled" : "confirmed" };
            store.apply({ seq: i + 2, time: start, kind: "reservation_moved", reservation });
        });
        const bars = store.nodes.flatMap((_, node) => [...store.barsOf(node)]);
        const sorted = ({ byTeam, share }: ReturnType<typeof loadOf>) =>
            [share, ...[...byTeam].sort(([a], [b]) => (a < b ? -1 : 1))];
        assert.deepEqual(sorted(load.of(24)), sorted(loadOf(bars, WEEK.edges, 24)));
    });

    it("counts maintenance apart, and not as booked", () => {
        const store = storeWith({ gpus: [0], fields: { kind: "maintenance" } }, { gpus: [1] });
        const load = loadOf(store.barsOf(0), WEEK.edges, 2);
        assert.deepEqual([...load.byTeam.keys()], [MAINTENANCE, "vision"]);
        assert.equal(load.share, 4 / (7 * 24 * 2));
    });
});
