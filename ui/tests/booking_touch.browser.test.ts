/** Fingers on the tracks, on the real berthd: one that rests draws or moves, one that does not scrolls. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { CDPSession, Page } from "playwright-core";
import { Hand, type Spot } from "./hand";
import { skip, Stage } from "./visit";
import { nextWeek } from "./week_of_work";

describe("booking by touch", { skip, timeout: 90_000 }, () => {
    let stage: Stage;
    let page: Page;
    let hand: Hand;
    let session: CDPSession;

    before(async () => {
        stage = await Stage.start({ zone: "Asia/Shanghai", nodes: 8, gpusPerNode: 4 });
        const week = await nextWeek(stage.berth, "Asia/Shanghai");
        await stage.berth.moveClock(week.from + 32 * 3_600_000);
        page = await stage.visit({ user: "alice", touch: true, viewport: { width: 1024, height: 600 } });
        hand = new Hand(page, week);
        session = await page.context().newCDPSession(page);
    });

    after(() => stage?.clear());

    const touch = (type: "touchStart" | "touchMove" | "touchEnd", points: { x: number; y: number }[]) =>
        session.send("Input.dispatchTouchEvent", { type, touchPoints: points });

    /** Rests a finger until something is drawn, then moves it. */
    async function drag(from: Spot, to: Spot): Promise<void> {
        const [start, end] = [await hand.find(from), await hand.find(to)];
        await touch("touchStart", [start]);
        await page.waitForSelector(".lanes[data-stroke]");
        await touch("touchMove", [{ x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 }]);
        await touch("touchMove", [end]);
        await page.waitForSelector(".drag-tag:not([hidden])");
        await touch("touchEnd", []);
    }

    it("draws after a long press, and moves a bar the same way", async () => {
        await drag({ gpu: "node2/1", hour: 60.5 }, { gpu: "node2/2", hour: 67 });
        await page.waitForSelector(".verdict[data-verdict=fits]");
        await page.click(".book-submit");
        const bar = await page.waitForSelector(".tracks .bar");
        const id = (await bar.getAttribute("data-reservation"))!;

        await drag({ gpu: "node2/1", hour: 64 }, { gpu: "node2/1", hour: 76 });
        await page.waitForFunction(
            (id) => /Thu .*00:00/.test(document.querySelector(`.bar[data-reservation="${id}"]`)?.ariaLabel ?? ""),
            id,
        );
    });

    it("scrolls over bars when the finger does not rest", async () => {
        const start = await hand.find({ gpu: "node2/1", hour: 74 });
        const before = await page.evaluate(() => document.querySelector(".scroll")!.scrollTop);
        await touch("touchStart", [start]);
        for (let i = 1; i <= 8; ++i) await touch("touchMove", [{ x: start.x, y: start.y - 15 * i }]);
        await touch("touchEnd", []);
        await page.waitForFunction((top) => document.querySelector(".scroll")!.scrollTop > top, before);
        assert.equal(await page.locator(".booking-panel, .lanes[data-stroke]").count(), 0);
    });

    it("scrolls by itself when a stroke comes to the edge", async () => {
        const mouse = await stage.visit({ user: "alice", viewport: { width: 1024, height: 520 } });
        const other = new Hand(mouse, hand.week);
        const start = await other.find({ gpu: "node1/0", hour: 60.5 });
        await mouse.mouse.move(start.x, start.y);
        await mouse.mouse.down();
        await mouse.mouse.move(start.x, 510, { steps: 4 });
        await mouse.waitForFunction(() => document.querySelector(".scroll")!.scrollTop > 120);
        await mouse.keyboard.press("Escape");
        const stopped = await mouse.evaluate(() => document.querySelector(".scroll")!.scrollTop);
        await mouse.mouse.up();
        assert.equal(await mouse.evaluate(() => document.querySelector(".scroll")!.scrollTop), stopped);
        await mouse.waitForFunction(() => !document.querySelector(".ghost"));
    });
});
