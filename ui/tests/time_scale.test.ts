import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { labelStep, TimeScale, weekOf } from "../src/time/time_scale";
import {
    addDays, dateFromText, dateToText, instantOf, isZone, mondayOf, wallTime, weekNumber,
} from "../src/time/zone";

const HOUR = 3_600_000;
const at = (text: string) => Date.parse(text);
const date = (text: string) => dateFromText(text)!;

describe("the wall clock of a zone", () => {
    it("reads and writes ordinary times", () => {
        assert.equal(instantOf(date("2026-11-25"), 20 * 60, "Asia/Shanghai"), at("2026-11-25T12:00:00Z"));
        const wall = wallTime(at("2026-11-25T12:34:56Z"), "Asia/Kolkata");
        assert.deepEqual(wall, { year: 2026, month: 11, day: 25, hour: 18, minute: 4, second: 56 });
    });

    it("takes the first of two equal readings when the clocks go back", () => {
        const twice = instantOf(date("2026-10-25"), 2 * 60 + 30, "Europe/Berlin");
        assert.equal(twice, at("2026-10-25T00:30:00Z"));
    });

    it("takes the change itself for a reading that is skipped", () => {
        const skipped = instantOf(date("2026-03-29"), 2 * 60 + 30, "Europe/Berlin");
        assert.equal(skipped, at("2026-03-29T01:00:00Z"));
    });

    it("begins a day without midnight at its first instant", () => {
        // Cairo's clocks go from 00:00 to 01:00 on the last Friday of April.
        const start = instantOf(date("2026-04-24"), 0, "Africa/Cairo");
        assert.equal(start, at("2026-04-23T22:00:00Z"));
        assert.equal(wallTime(start, "Africa/Cairo").hour, 1);
    });

    it("goes round trip through every half hour of a year with changes of half an hour", () => {
        const zone = "Australia/Lord_Howe";
        for (let day = date("2026-01-01"); day.year === 2026; day = addDays(day, 1)) {
            for (const minutes of [0, 30, 90, 150, 720, 1410]) {
                const wall = wallTime(instantOf(day, minutes, zone), zone);
                const skipped = dateToText(day) === "2026-10-04" && minutes === 150 - 30;
                if (!skipped) assert.equal(wall.hour * 60 + wall.minute, minutes, dateToText(day));
            }
        }
    });

    it("finds Mondays, week numbers, and refuses what is no date", () => {
        assert.equal(dateToText(mondayOf(date("2026-11-29"))), "2026-11-23");
        assert.equal(dateToText(mondayOf(date("2026-11-23"))), "2026-11-23");
        assert.equal(weekNumber(date("2026-11-23")), 48);
        assert.equal(weekNumber(date("2026-12-28")), 53);
        assert.equal(weekNumber(date("2027-01-04")), 1);
        for (const text of ["2026-02-30", "tomorrow", "2026-1-1", ""]) {
            assert.equal(dateFromText(text), null, text);
        }
        assert.ok(isZone("Asia/Shanghai") && !isZone("Mars/Olympus") && !isZone(null));
    });
});

describe("a week", () => {
    it("has 84 slots of two hours where the clocks do not change", () => {
        const week = weekOf(date("2026-11-23"), "Asia/Shanghai", 120);
        assert.equal(week.from, at("2026-11-22T16:00:00Z"));
        assert.equal(week.to - week.from, 7 * 24 * HOUR);
        assert.equal(week.edges.length, 85);
        for (let i = 1; i < 85; ++i) assert.equal(week.edges[i]! - week.edges[i - 1]!, 2 * HOUR);
    });

    it("has a Sunday of 23 hours with one slot of one hour in spring", () => {
        const sunday = weekOf(date("2026-03-23"), "Europe/Berlin", 120).days[6]!;
        assert.equal(sunday.end - sunday.start, 23 * HOUR);
        const edges = [...sunday.edges.map((edge) => edge.at), sunday.end];
        const lengths = edges.slice(1).map((edge, i) => (edge - edges[i]!) / HOUR);
        assert.deepEqual(lengths, [2, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
    });

    it("has a Sunday of 25 hours with one slot of three hours in autumn", () => {
        const sunday = weekOf(date("2026-10-19"), "Europe/Berlin", 120).days[6]!;
        assert.equal(sunday.end - sunday.start, 25 * HOUR);
        const edges = [...sunday.edges.map((edge) => edge.at), sunday.end];
        const lengths = edges.slice(1).map((edge, i) => (edge - edges[i]!) / HOUR);
        assert.deepEqual(lengths, [2, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
    });

    it("drops a slot that the clocks skip whole", () => {
        const sunday = weekOf(date("2026-03-23"), "Europe/Berlin", 60).days[6]!;
        assert.equal(sunday.edges.length, 23);
        assert.deepEqual(sunday.edges.slice(1, 4).map((edge) => edge.slot), [1, 2, 4]);
    });

    it("begins where the week before ended", () => {
        let week = weekOf(date("2026-01-05"), "America/New_York", 120);
        for (let i = 0; i < 52; ++i) {
            const next = weekOf(addDays(week.days[0]!.date, 7), "America/New_York", 120);
            assert.equal(next.from, week.to);
            week = next;
        }
    });
});

describe("the time scale", () => {
    const week = weekOf(date("2026-10-19"), "Europe/Berlin", 120);
    const scale = new TimeScale(week.from, week.to, 169 * 10);

    it("is linear in real time, so that 25 hours are wider than 24", () => {
        const widths = week.days.map((day) => scale.x(day.end) - scale.x(day.start));
        assert.deepEqual(widths.map(Math.round), [240, 240, 240, 240, 240, 240, 250]);
    });

    it("turns pixels back into instants", () => {
        const instant = at("2026-10-22T09:00:00Z");
        assert.equal(Math.round(scale.instant(scale.x(instant))), instant);
    });

    it("cuts what reaches beyond the week and drops what lies outside", () => {
        assert.deepEqual(scale.stretch(week.from - HOUR, week.from + HOUR), { left: 0, right: 10 });
        assert.deepEqual(scale.stretch(week.to - HOUR, week.to + HOUR), { left: 1680, right: 1690 });
        assert.equal(scale.stretch(week.to, week.to + HOUR), null);
        assert.equal(scale.stretch(week.from - HOUR, week.from), null);
    });

    it("labels as many slots as there is room for, evenly over the day", () => {
        assert.equal(labelStep(120, 40, 27), 1);
        assert.equal(labelStep(120, 15, 27), 2);
        assert.equal(labelStep(120, 9, 27), 3);
        assert.equal(labelStep(120, 1, 27), 12);
    });
});
