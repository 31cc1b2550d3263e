import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { COLOURS, hashOf, TeamColours } from "../src/site/colours";
import { contrast, linear, oklab, seen, visions } from "./seen_colours";

const palette = [...readFileSync("src/style/tokens.css", "utf8").matchAll(
    /\.team-(\d+) \{ --fill: (#\w{6}); --ink: (#\w{6}); \}/g,
)].map(([, index, fill, ink]) => ({ index: Number(index), fill: fill!, ink: ink! }));

describe("the palette", () => {
    it("has the colours that the page gives out", () => {
        assert.deepEqual(palette.map(({ index }) => index), Array.from({ length: COLOURS }, (_, i) => i));
    });

    for (const [vision, matrix] of Object.entries(visions)) {
        it(`keeps every two colours apart for ${vision} vision`, () => {
            for (const a of palette) {
                for (const b of palette) {
                    if (a.index >= b.index) continue;
                    const [p, q] = [a, b].map(({ fill }) => oklab(seen(linear(fill), matrix)));
                    const distance = Math.hypot(...p!.map((value, i) => value - q![i]!));
                    assert.ok(distance > 0.1, `${a.fill} and ${b.fill}: ${distance.toFixed(3)}`);
                }
            }
        });
    }

    it("can be read on, and is seen on both grounds", () => {
        for (const { fill, ink } of palette) {
            assert.ok(contrast(fill, ink) >= 4.5, `${ink} on ${fill}`);
            assert.ok(contrast(fill, "#ffffff") > 1.6, `${fill} on white`);
            assert.ok(contrast(fill, "#141a22") > 1.9, `${fill} on dark`);
        }
    });
});

describe("a team's colour", () => {
    it("comes from its name alone", () => {
        // The function's published test vectors.
        assert.equal(hashOf("a"), 0xe40c292c);
        assert.equal(hashOf("foobar"), 0xbf9cf968);
        const [one, other] = [new TeamColours(), new TeamColours()];
        one.admit(["vision", "speech", "mapping"]);
        other.admit(["mapping", "vision", "speech"]);
        for (const team of ["vision", "speech", "mapping"]) assert.equal(one.of(team), other.of(team));
    });

    it("is its own as long as there are colours", () => {
        const colours = new TeamColours();
        const teams = Array.from({ length: COLOURS }, (_, i) => `team ${i}`);
        colours.admit(teams);
        assert.equal(new Set(teams.map((team) => colours.of(team))).size, COLOURS);
        const more = colours.of("one too many");
        assert.ok(more >= 0 && more < COLOURS);
    });

    it("stays while others come", () => {
        const colours = new TeamColours();
        colours.admit(["speech"]);
        const before = colours.of("speech");
        colours.admit(["a", "b", "c", "d"]);
        assert.equal(colours.of("speech"), before);
    });

    it("does not depend on which team was drawn before any was known", () => {
        const teams = Array.from({ length: COLOURS }, (_, i) => `team ${i}`);
        const [early, late] = [new TeamColours(), new TeamColours()];
        early.of(teams.at(-1)!);
        early.admit(teams);
        late.admit(teams);
        for (const team of teams) assert.equal(early.of(team), late.of(team));
    });
});
