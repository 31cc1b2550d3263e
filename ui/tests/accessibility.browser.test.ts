/** Everybody can use every place: by axe-core's rules, by keyboard alone, without motion, without colours. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { ALL_RULES, COLOUR_RULES, faultsOf } from "./axe";
import { stageWithWeek } from "./lived_week";
import { goTo, PLACES } from "./places";
import { skip, type Stage } from "./visit";

async function wear(page: Page, colorScheme: "light" | "dark"): Promise<void> {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
}

describe("axe-core finds nothing serious", { skip, timeout: 300_000 }, () => {
    let stage: Stage;
    let page: Page;

    before(async () => {
        stage = await stageWithWeek();
        page = await stage.visit({ user: "alice" });
    });
    after(() => stage?.clear());

    for (const place of PLACES) {
        it(`on ${place.name}, light and dark`, async () => {
            await goTo(page, stage.berth.address, place);
            await wear(page, "light");
            assert.deepEqual(await faultsOf(page, ALL_RULES), []);
            await wear(page, "dark");
            assert.deepEqual(await faultsOf(page, COLOUR_RULES), []);
        });
    }

    it("and a bar's name begins with the title that is read on it", async () => {
        await goTo(page, stage.berth.address, PLACES[0]!);
        await page.waitForFunction(() => !document.querySelector(".tracks .bar:not([aria-label])"));
        const names = await page.locator(".tracks .bar").evaluateAll((bars) =>
            bars.map((bar) => [bar.getAttribute("aria-label")!, bar.querySelector(".title")?.textContent ?? ""]),
        );
        assert.ok(names.length > 20);
        for (const [name, title] of names) assert.ok(name!.startsWith(`${title}, `), `${title}: ${name}`);
    });

    it("and nothing moves for who wants it still", async () => {
        for (const place of PLACES) {
            await goTo(page, stage.berth.address, place);
            const moving = await page.evaluate(() =>
                document.getAnimations().map((animation) => ((animation.effect as KeyframeEffect).target as Element).className),
            );
            assert.deepEqual(moving, [], place.name);
        }
    });

    it("and bars keep their edges where the system chooses the colours", async () => {
        await goTo(page, stage.berth.address, PLACES[0]!);
        await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
        const edges = await page.locator(".tracks .bar").evaluateAll((bars) =>
            bars.map((bar) => getComputedStyle(bar).borderTopStyle),
        );
        await page.emulateMedia({ forcedColors: "none", reducedMotion: "reduce" });
        assert.ok(edges.length > 20);
        assert.deepEqual(edges.filter((style) => style === "none"), []);
    });
});

describe("by keyboard alone", { skip, timeout: 120_000 }, () => {
    let stage: Stage;
    let page: Page;

    before(async () => {
        stage = await stageWithWeek();
        page = await stage.visit({ user: "alice" });
    });
    after(() => stage?.clear());

    it("Tab goes through the calendar from top to bottom, and one always sees where", async () => {
        await goTo(page, stage.berth.address, PLACES[0]!);
        const parts: string[] = [];
        for (let steps = 0; steps < 80; ++steps) {
            await page.keyboard.press("Tab");
            const at = await page.evaluate(() => {
                const focused = document.activeElement!;
                if (focused === document.body) return null;
                const part = focused.closest(".header, .toolbar, .legend, .tracks")?.className.split(" ")[0] ?? "elsewhere";
                const style = getComputedStyle(focused);
                const isSeen = focused.checkVisibility() && style.outlineStyle !== "none" && style.outlineWidth !== "0px";
                return { part, isSeen, what: focused.outerHTML.slice(0, 120) };
            });
            if (!at) break;
            assert.ok(at.isSeen, at.what);
            if (parts.at(-1) !== at.part) parts.push(at.part);
        }
        assert.deepEqual(parts, ["header", "toolbar", "legend", "tracks"]);
    });

    it("a dialog takes the focus, keeps it, and gives it back", async () => {
        await goTo(page, stage.berth.address, PLACES[0]!);
        await page.locator(".zone-button").focus();
        await page.keyboard.press("Enter");
        await page.waitForSelector("dialog[open]");
        for (let steps = 0; steps < 12; ++steps) {
            await page.keyboard.press("Tab");
            const inside = await page.evaluate(() => {
                const focused = document.activeElement!;
                // Between the last and the first, the browser's own buttons have their turn.
                return focused === document.body || focused.closest("dialog") !== null;
            });
            assert.ok(inside);
        }
        await page.keyboard.press("Escape");
        await page.waitForSelector("dialog[open]", { state: "detached" });
        assert.equal(await page.evaluate(() => document.activeElement!.className), "zone-button");
    });

    it("every page, the search, a window and a booking are one key away", async () => {
        await goTo(page, stage.berth.address, PLACES[0]!);
        for (const [key, hash] of [["2", "work"], ["3", "heat-map"], ["4", "reports"], ["5", "audit"], ["1", "calendar"]]) {
            await page.keyboard.press(key!);
            await page.waitForFunction((name) => location.hash.startsWith(`#/${name}`), hash!);
        }
        await page.keyboard.press("/");
        await page.waitForSelector(".search-field:focus");
        await page.keyboard.type("5");
        assert.match(page.url(), /#\/calendar/, "a field gets what is typed into it");
        await page.keyboard.press("Backspace");
        await page.keyboard.press("Escape");
        await page.locator(".search-field").blur();
        await page.keyboard.press("f");
        await page.waitForSelector(".plan-panel");
        await page.keyboard.press("Escape");
        await page.waitForSelector(".plan-panel", { state: "detached" });
        await page.keyboard.press("n");
        await page.waitForSelector(".booking-panel");
        await page.keyboard.press("Escape");
        await page.waitForSelector(".booking-panel", { state: "detached" });
    });
});
