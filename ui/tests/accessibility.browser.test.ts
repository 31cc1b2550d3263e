/** Everybody can use every place: by axe-core's rules, by keyboard alone, without motion, without colours. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { stageWithWeek } from "./lived_week";
import { goTo, PLACES } from "./places";
import { skip, type Stage } from "./visit";

const AXE = readFileSync("node_modules/axe-core/axe.min.js", "utf8");

type Axe = { run: (options: RunOptions) => Promise<AxeResults> };

/** Everything, except the one rule that wants a bar's name in the order in which it is drawn; see below. */
const ALL_RULES: RunOptions = { rules: { "label-content-name-mismatch": { enabled: false } } };
/** Light and dark differ in nothing but their colours. */
const COLOUR_RULES: RunOptions = { runOnly: ["color-contrast"] };

/** What axe finds serious or worse, a line per element. */
async function faultsOf(page: Page, options: RunOptions): Promise<string[]> {
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(
        (wanted) => (window as unknown as { axe: Axe }).axe.run(wanted),
        { ...options, resultTypes: ["violations" as const] },
    );
    return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, nodes }) =>
            nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary?.split("\n").at(1) ?? ""}`),
        );
}

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
        const names = await page.locator(".tracks .bar").evaluateAll((bars) =>
            bars.map((bar) => [bar.getAttribute("aria-label")!, bar.querySelector(".title")!.textContent!]),
        );
        for (const [name, title] of names) assert.ok(name!.startsWith(`${title}, `), name);
    });
});
