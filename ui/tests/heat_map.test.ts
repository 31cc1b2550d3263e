import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { moved, type GridSize } from "../src/heat_map/grid_cursor";
import type { HeatTotal } from "../src/heat_map/heat_answer";
import { extremesOf, sharesOf, STEPS, stepOf, topOf } from "../src/heat_map/heat_scale";
import { dayWords, hourWords } from "../src/heat_map/hour_words";
import { linear, oklab, seen, visions } from "./seen_colours";

const tokens = readFileSync("src/style/tokens.css", "utf8");

function scale(name: string, scheme: "light" | "dark"): string[] {
    const lines = [...tokens.matchAll(new RegExp(`--${name}-\\d+: light-dark\\((#\\w{6}), (#\\w{6})\\)`, "g"))];
    return lines.map((line) => line[scheme === "light" ? 1 : 2]!);
}

describe("the colour scales", () => {
    for (const name of ["heat", "idle"]) {
        for (const scheme of ["light", "dark"] as const) {
            it(`${name}, ${scheme}: rises in even steps of lightness from nothing to all`, () => {
                const lightness = scale(name, scheme).map((colour) => oklab(linear(colour))[0]);
                assert.equal(lightness.length, STEPS + 1);
                const sign = scheme === "light" ? -1 : 1;
                const steps = lightness.slice(1).map((value, i) => sign * (value - lightness[i]!));
                // The first step, from nothing to something, may be its own.
                const even = steps.slice(1);
                assert.ok(Math.min(...steps) > 0.03, steps.join());
                assert.ok(Math.max(...even) / Math.min(...even) < 1.25, steps.join());
            });

            it(`${name}, ${scheme}: keeps its order for every kind of colour vision`, () => {
                for (const [vision, matrix] of Object.entries(visions)) {
                    const lightness = scale(name, scheme).map((colour) => oklab(seen(linear(colour), matrix))[0]);
                    const sorted = [...lightness].sort((a, b) => (scheme === "light" ? b - a : a - b));
                    assert.deepEqual(lightness, sorted, vision);
                }
            });
        }
    }
});

describe("a share's step", () => {
    it("is none for what rounds to nothing, and a tenth of the scale each after that", () => {
        assert.deepEqual([0, 0.004, 0.005, 0.1, 0.11, 0.5, 0.95, 1, 1.2].map((share) => stepOf(share, 1)), [
            0, 0, 1, 1, 2, 5, 10, 10, 10,
        ]);
    });

    it("follows the scale's end", () => {
        assert.equal(stepOf(0.1, 0.2), 5);
        assert.equal(stepOf(0.3, 0.2), 10);
    });

    it("ends the scale at a round share that no cell exceeds", () => {
        assert.equal(topOf([[0.03, null], [0.09]]), 0.1);
        assert.equal(topOf([[0.18, 0.02]]), 0.2);
        assert.equal(topOf([[0.51]]), 1);
        assert.equal(topOf([]), 0.1);
    });
});

describe("the readings", () => {
    const row: HeatTotal = {
        gpus: 4,
        booked: [0.5, 1, null, 0.25],
        used: [0.25, null, null, 0.5],
        booked_share: 0.5,
        used_share: 0.4,
    };

    it("tell what was booked and not used, and nothing where one is not known", () => {
        assert.deepEqual(sharesOf(row, "booked"), row.booked);
        assert.deepEqual(sharesOf(row, "used"), row.used);
        assert.deepEqual(sharesOf(row, "idle"), [0.25, null, null, -0.25]);
    });

    it("find the busiest and the quietest hour among those that are known", () => {
        assert.deepEqual(extremesOf(row.booked), { busiest: 1, quietest: 3 });
        assert.equal(extremesOf([null, null]), null);
        assert.equal(extremesOf([0, 0, null, 0]), null, "none stands out");
    });
});

describe("hours of a week", () => {
    it("have names in both languages", () => {
        assert.equal(hourWords("en", 24 + 14), "Tue 14–15");
        assert.equal(hourWords("zh", 24 + 14), "周二 14–15 点");
        assert.equal(hourWords("en", 167), "Sun 23–24");
        assert.equal(dayWords("en", 0, "long"), "Monday");
    });
});

describe("the grid's cursor", () => {
    const size: GridSize = { rows: 5, columns: 168, page: 3, leap: 24 };
    const press = (key: string, from = { row: 2, column: 30 }, more = {}) =>
        moved(from, { key, ctrlKey: false, shiftKey: false, ...more }, size);

    it("goes by hours, days, rows and pages", () => {
        assert.deepEqual(press("ArrowRight"), { row: 2, column: 31 });
        assert.deepEqual(press("ArrowLeft", undefined, { shiftKey: true }), { row: 2, column: 6 });
        assert.deepEqual(press("ArrowDown"), { row: 3, column: 30 });
        assert.deepEqual(press("PageUp"), { row: 0, column: 30 });
        assert.deepEqual(press("End"), { row: 2, column: 167 });
        assert.deepEqual(press("Home", undefined, { ctrlKey: true }), { row: 0, column: 0 });
    });

    it("stays inside, and leaves other keys alone", () => {
        assert.deepEqual(press("ArrowUp", { row: 0, column: 0 }), { row: 0, column: 0 });
        assert.deepEqual(press("ArrowRight", { row: 0, column: 167 }), { row: 0, column: 167 });
        assert.equal(press("Tab"), null);
        assert.equal(press("a"), null);
    });
});
