/** Times in other zones than the site's: what one sees changes, the site's slots do not. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { weekOf } from "../src/time/time_scale";
import { skip, Stage } from "./visit";

const HOUR = 3_600_000;
/** The week in which New York's clocks go back, on Sunday 4 November 2035. */
const WEEK = weekOf({ year: 2035, month: 10, day: 29 }, "Asia/Shanghai", 120);

describe("in another zone", { skip, timeout: 120_000 }, () => {
    let stage: Stage;
    let page: Page;

    before(async () => {
        stage = await Stage.start({ zone: "Asia/Shanghai", nodes: 2, gpusPerNode: 4 });
        await stage.berth.moveClock(WEEK.from + 32 * HOUR);
        await stage.berth.book("alice", {
            title: "yolov8l coco", team: "vision", gpus: { ids: ["node1/0"] },
            start: new Date(WEEK.from + 34 * HOUR).toISOString(), hours: 6,
        });
        page = await stage.visit({ user: "alice" });
        await page.waitForSelector(".tracks .bar");
    });
    after(() => stage?.clear());

    async function choose(zone: string): Promise<void> {
        await page.click(".zone-button");
        await page.fill("dialog input", zone);
        await page.click("dialog .primary");
        await page.waitForSelector("dialog", { state: "detached" });
    }
    const place = () => page.textContent(".clock-place");
    const barSays = (words: string) => page.waitForSelector(`.tracks .bar[aria-label*="${words}"]`);

    it("the site's is shown at first, and named beside the clock", async () => {
        assert.match((await place())!, /Asia\/Shanghai/);
        await barSays("Tue 30 Oct 10:00 – 16:00 (6 h)");
    });

    it("half an hour off the grid, bars and slots lie where the site has them", async () => {
        await choose("Asia/Kolkata");
        assert.match((await place())!, /Asia\/Kolkata/);
        assert.equal(await page.textContent(".clock-time"), "05:30:00");
        await barSays("Tue 30 Oct 07:30 – 13:30 (6 h)");
        const hours = await page.locator(".hour").allTextContents();
        assert.ok(hours.filter(Boolean).every((text) => text.endsWith(":30")), hours.join(" "));

        await page.click(".book-button");
        const starts = await page.locator(".booking-panel .start-row option").allTextContents();
        assert.ok(starts.includes("07:30") && !starts.some((text) => text.endsWith(":00")), starts.join(" "));
        await page.keyboard.press("Escape");
    });

    it("stays chosen when the page is loaded again", async () => {
        await page.reload();
        await page.waitForSelector(".tracks .bar");
        assert.match((await place())!, /Asia\/Kolkata/);
    });

    it("a day of 25 hours is wider than its neighbours by one", async () => {
        await choose("America/New_York");
        await barSays("Mon 29 Oct 22:00");
        const widths = await page.locator(".day").evaluateAll((days) =>
            days.map((day) => [day.textContent!, parseFloat((day as HTMLElement).style.width)] as const),
        );
        const long = widths.find(([name]) => name.includes("4 Nov"))!;
        const other = widths.find(([name]) => name.includes("3 Nov"))!;
        assert.ok(Math.abs(long[1] / other[1] - 25 / 24) < 0.005, `${long} and ${other}`);
    });

    it("what is no zone is refused, and the site's is one click away", async () => {
        await page.click(".zone-button");
        await page.fill("dialog input", "Mars/Olympus");
        await page.click("dialog .primary");
        assert.equal(await page.locator("dialog[open]").count(), 1);
        assert.match(await page.$eval("dialog input", (input) => (input as HTMLInputElement).validationMessage), /no such zone/);
        await page.click("dialog .zone-quick .secondary");
        await page.waitForSelector("dialog", { state: "detached" });
        assert.match((await place())!, /Asia\/Shanghai/);
    });
});
