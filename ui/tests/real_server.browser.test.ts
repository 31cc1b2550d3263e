/** The built page on the real berthd: what the played server cannot vouch for. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { chromium, type Browser, type Page } from "playwright-core";
import { programIsMissing, RealBerthd } from "./real_berthd";
import { nextWeek } from "./week_of_work";

const HOUR = 3_600_000;
const ZONE = "Asia/Shanghai";
const BROWSER = process.env["BERTH_CHROMIUM"] ?? "/usr/bin/chromium";
const skip = existsSync(BROWSER) || process.env["CI"] ? programIsMissing : `there is no browser at ${BROWSER}`;

describe("the page on the real berthd", { skip, timeout: 90_000 }, () => {
    let browser: Browser;
    let berth: RealBerthd;
    let page: Page;
    let start: number;
    const asked: string[] = [];

    before(async () => {
        berth = await RealBerthd.start({ zone: ZONE, nodes: 2, gpusPerNode: 4 });
        start = (await nextWeek(berth, ZONE)).from + 32 * HOUR;
        await berth.moveClock(start);
        browser = await chromium.launch({ executablePath: BROWSER, args: ["--no-sandbox"] });
        page = await browser.newPage({ locale: "en-GB", reducedMotion: "reduce" });
        page.setDefaultTimeout(15_000);
        page.on("request", (request) => asked.push(new URL(request.url()).pathname));
        await page.goto(berth.address);
        await page.waitForSelector("html[data-connection=live]");
    });

    after(async () => {
        await browser?.close();
        await berth?.clear();
    });

    const book = (title: string, ids: string[], hours: number, more: object = {}) =>
        berth.book("alice", { title, team: "vision", gpus: { ids }, start: textOf(start), hours, ...more });
    const bar = (id: string, gpu: number) => `.tracks .bar[data-key="${id}@${gpu}"]`;

    it("shows a booking within a second, without asking for the calendar again", async () => {
        asked.length = 0;
        const began = performance.now();
        const { id } = await book("yolov8l coco", ["node1/1", "node1/2"], 6);
        await page.waitForSelector(bar(id, 1), { timeout: 1000 });
        const took = performance.now() - began;
        assert.ok(took < 1000, `it took ${took} ms`);
        const label = await page.locator(`${bar(id, 1)}[aria-label]`).getAttribute("aria-label");
        assert.match(label!, /^yolov8l coco, .*team vision, alice/);
        assert.deepEqual(asked, []);
    });

    it("shows how far a running job is, by the job's own word", async () => {
        const { id } = await book("a training", ["node2/0"], 4, { workload: berth.job });
        await berth.progress(id, { epoch: 3, epochs: 10, eta_seconds: 3600 });
        await page.waitForFunction(
            (selector) => document.querySelector<HTMLElement>(`${selector} .done`)?.style.width === "30%",
            bar(id, 4),
        );
        start += 2 * HOUR;
        await berth.moveClock(start);
        await berth.endJob(id, 1);
        await page.waitForSelector(`${bar(id, 4)}.broken`);
    });

    it("says that the server is gone, and heals with what was booked before and after", async () => {
        const before = await book("booked before", ["node2/2"], 4);
        await page.waitForSelector(bar(before.id, 6));
        await berth.kill();
        await page.waitForSelector("html[data-connection=lost]");
        assert.match((await page.textContent(".connection"))!, /Connection lost/);
        assert.equal(await page.locator(bar(before.id, 6)).count(), 1, "what was known stays");

        await berth.up();
        await berth.moveClock(start);
        const after = await book("booked after", ["node2/3"], 4);
        await page.waitForSelector("html[data-connection=live]");
        await page.waitForSelector(bar(after.id, 7));
        assert.equal(await page.locator(bar(before.id, 6)).count(), 1);
        const live = await book("booked live", ["node2/1"], 4);
        await page.waitForSelector(bar(live.id, 5), { timeout: 1000 });
    });
});

function textOf(instant: number): string {
    return new Date(instant).toISOString().replace(".000Z", "Z");
}
