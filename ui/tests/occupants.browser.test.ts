/** GPUs that somebody uses without a reservation, as the page shows them: no site without a cluster has any. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, afterEach, before, describe, it } from "node:test";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import type { WireOccupant } from "../src/api/contract";
import { ALL_RULES, COLOUR_RULES, faultsOf } from "./axe";
import { siteOf } from "./fleet_generator";
import { PlayServer } from "./play_server";

/** Wednesday, 20:05 at the site. */
const NOW = Date.parse("2026-11-25T12:05:00Z");
const BROWSER = process.env["BERTH_CHROMIUM"] ?? "/usr/bin/chromium";
const skip = existsSync(BROWSER) || process.env["CI"] ? false : `there is no browser at ${BROWSER}`;

const NOTEBOOK: WireOccupant = {
    node: "node2", name: "team-a/notebook-6f7d8c-x2", gpus: 2, since: "2026-11-24T01:30:00Z",
    owner: "Deployment notebook in team-a (service account jupyter)",
};
const SWEEP: WireOccupant = {
    node: "node2", name: "team-b/sweep-0", gpus: 1, since: "2026-11-25T10:00:00Z",
    owner: "StatefulSet sweep in team-b (service account default)",
};

describe("GPUs used without a reservation", { skip, timeout: 180_000 }, () => {
    let browser: Browser;
    let server: PlayServer;

    before(async () => {
        browser = await chromium.launch({ executablePath: BROWSER, args: ["--no-sandbox"] });
    });
    after(() => browser?.close());
    afterEach(async () => {
        await Promise.all(browser.contexts().map((context) => context.close()));
        await server.goAway();
    });

    async function visit(occupants: readonly WireOccupant[], options: BrowserContextOptions = {}): Promise<Page> {
        const site = siteOf({ nodes: 4, gpusPerNode: 4, from: 0, to: 0, now: 0 });
        server = await PlayServer.start("dist", { now: NOW, zone: "Asia/Shanghai", site });
        server.occupy(occupants);
        const context = await browser.newContext({
            viewport: { width: 1440, height: 900 }, locale: "en-GB", timezoneId: "America/New_York",
            reducedMotion: "reduce", ...options,
        });
        const page = await context.newPage();
        page.setDefaultTimeout(20_000);
        await page.goto(server.address);
        await page.waitForSelector("html[data-connection=live]");
        return page;
    }

    const rowOf = (page: Page, node: number) => page.locator(".name.node", { hasText: `node${node}` });
    const panel = (page: Page) => page.getByRole("dialog", { name: /node2/ });

    it("are marked on their node's row in words, and are not free", async () => {
        const page = await visit([NOTEBOOK, SWEEP]);
        const mark = rowOf(page, 2).getByRole("button", { name: "3 GPUs of node2 used without a reservation" });
        assert.equal(await mark.innerText(), "1 of 4 free\n⚠ 3 taken");
        const name = await rowOf(page, 2).locator(".fold").getAttribute("aria-label");
        assert.match(name!, /^node2, 4 GPUs, 1 of 4 free, 3 GPUs used without a reservation$/);
        assert.equal(await page.locator(".occupied:visible").count(), 1, "the others have no mark");
        assert.match(await rowOf(page, 1).innerText(), /4 of 4 free/);
        await page.click(".toggle-all");
        await mark.waitFor();
    });

    it("tell who has how many since when, by keys alone, and give the focus back", async () => {
        const page = await visit([NOTEBOOK, SWEEP]);
        await rowOf(page, 2).locator(".fold").focus();
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        await panel(page).waitFor();
        const told = await panel(page).innerText();
        for (const words of [
            "3 GPUs used without a reservation", "team-a/notebook-6f7d8c-x2", NOTEBOOK.owner, "2 GPUs",
            "Tue 24 Nov 09:30", "team-b/sweep-0", "Wed 25 Nov 18:00",
        ]) assert.ok(told.includes(words), `${words}: ${told}`);
        assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("role")), "dialog");
        await page.keyboard.press("Escape");
        await panel(page).waitFor({ state: "hidden" });
        assert.match((await page.evaluate(() => document.activeElement?.className)) ?? "", /occupied/);
    });

    it("come, change and go while somebody looks", async () => {
        const page = await visit([]);
        assert.equal(await page.locator(".occupied:visible").count(), 0);
        server.occupy([NOTEBOOK]);
        await page.click(".occupied:visible");
        await panel(page).getByText("team-a/notebook-6f7d8c-x2").waitFor();
        server.occupy([NOTEBOOK, SWEEP]);
        await panel(page).getByText("team-b/sweep-0").waitFor();
        server.occupy([]);
        await panel(page).waitFor({ state: "hidden" });
        assert.equal(await page.locator(".occupied:visible").count(), 0);
        assert.match(await rowOf(page, 2).innerText(), /4 of 4 free/);
    });

    it("are told in Chinese", async () => {
        const page = await visit([NOTEBOOK], { locale: "zh-CN" });
        const mark = page.getByRole("button", { name: "node2 的 2 块 GPU 未预约即被占用" });
        assert.equal(await mark.innerText(), "空闲 2/4\n⚠ 占用 2 块");
        await mark.click();
        const told = await panel(page).innerText();
        for (const words of ["未预约", "归属", NOTEBOOK.owner, "11月24日", "09:30"]) assert.ok(told.includes(words), told);
    });

    it("stand in today's list on a phone", async () => {
        const page = await visit([NOTEBOOK], { viewport: { width: 390, height: 844 }, hasTouch: true });
        const told = await page.locator(".agenda-taken").innerText();
        for (const words of ["⚠ node2: 2 GPUs used without a reservation", NOTEBOOK.name, "Tue 24 Nov 09:30"]) {
            assert.ok(told.includes(words), told);
        }
        const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        assert.equal(tooWide, false);
    });

    it("are told so that axe-core finds nothing serious, light and dark", async () => {
        const page = await visit([NOTEBOOK, SWEEP]);
        await page.click(".occupied:visible");
        await panel(page).waitFor();
        assert.deepEqual(await faultsOf(page, ALL_RULES), []);
        await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
        await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
        assert.deepEqual(await faultsOf(page, COLOUR_RULES), []);
    });
});
