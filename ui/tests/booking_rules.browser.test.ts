/** Booking at a site with teams, roles and reasons: only what one may is offered, and why is asked. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { Hand } from "./hand";
import { skip, Stage } from "./visit";
import { nextWeek } from "./week_of_work";

const RULES = [
    "policy:",
    "  priorities:",
    "    P0: {roles: [lead, operator]}",
    "  unpreemptible: {roles: [lead]}",
    "  reason_required: [book_p0, move, cancel, maintenance]",
    "teams:",
    "  vision: {leads: [lin], members: [alice]}",
    "  speech: {members: [bob]}",
    "operators: [olga]",
];

interface Item {
    readonly id: string;
    readonly state: string;
    readonly start: string;
    readonly team: string;
    readonly kind?: string;
}

describe("booking where there are rules", { skip, timeout: 90_000 }, () => {
    let stage: Stage;
    let week: Awaited<ReturnType<typeof nextWeek>>;

    before(async () => {
        stage = await Stage.start({ zone: "Asia/Shanghai", nodes: 2, gpusPerNode: 4, rules: RULES });
        week = await nextWeek(stage.berth, "Asia/Shanghai");
        await stage.berth.moveClock(week.from + 32 * 3_600_000);
    });

    after(() => stage?.clear());

    async function visit(user: string): Promise<{ page: Page; hand: Hand }> {
        const page = await stage.visit({ user });
        return { page, hand: new Hand(page, week) };
    }

    async function list(): Promise<Item[]> {
        return (await stage.berth.call<{ items: Item[] }>("GET", "reservations?limit=500")).items;
    }

    it("offers a member their teams and priorities only", async () => {
        const { page, hand } = await visit("alice");
        await hand.drag({ gpu: "node2/0", hour: 60.5 }, { gpu: "node2/1", hour: 63 });
        await page.waitForSelector(".verdict[data-verdict=fits]");
        assert.deepEqual(await page.locator("select[name=team] option").allTextContents(), ["vision"]);
        assert.ok(await page.isDisabled("[data-priority=P0]"));
        assert.ok(await page.isDisabled("[name=preemptible]"));
        assert.equal(await page.locator("[data-purpose]").count(), 0);
        await page.click(".book-submit");
        await page.waitForSelector(".tracks .bar");
        assert.equal((await list())[0]!.team, "vision");
        await page.context().close();
    });

    it("asks why something is moved, and leaves it where it was without an answer", async () => {
        const [item] = await list();
        const { page, hand } = await visit("alice");
        await page.waitForSelector(`.bar[data-reservation="${item!.id}"]`);
        await hand.drag({ gpu: "node2/0", hour: 62 }, { gpu: "node2/0", hour: 82 });
        await page.waitForSelector("dialog textarea");
        await page.keyboard.press("Escape");
        await page.waitForFunction(() => !document.querySelector(".ghost"));
        assert.equal((await list())[0]!.start, item!.start);

        await hand.drag({ gpu: "node2/0", hour: 62 }, { gpu: "node2/0", hour: 82 });
        await page.fill("dialog textarea", "the data set is late");
        await page.keyboard.press("Tab");
        await page.click("dialog .primary");
        await page.waitForSelector(".toast-undo");
        assert.equal((await list())[0]!.start, hand.text(80));
        // The way back needs no second reason.
        await page.click(".toast-undo");
        await page.waitForFunction(() => /Taken back/.test(document.querySelector(".toasts")?.textContent ?? ""));
        assert.equal((await list())[0]!.start, item!.start);
        await page.context().close();
    });

    it("lets a lead move it as well, and asks in the form why a P0 is booked", async () => {
        const { page, hand } = await visit("lin");
        const [item] = await list();
        await page.waitForSelector(`.bar[data-reservation="${item!.id}"]`);
        await hand.pull({ gpu: "node2/0", hour: 62 }, { gpu: "node2/2", hour: 62 });
        await page.waitForSelector(".ghost.fits");
        await page.keyboard.press("Escape");
        await page.mouse.up();

        await hand.drag({ gpu: "node1/0", hour: 60.5 }, { gpu: "node1/0", hour: 61.5 });
        await page.click("[data-priority=P0]");
        await page.fill("[name=reason]", "launch tomorrow");
        await page.waitForSelector(".verdict[data-verdict=fits]");
        await page.click(".book-submit");
        await page.waitForSelector(".toast-undo");
        await page.context().close();
    });

    it("lets an operator plan maintenance", async () => {
        const { page, hand } = await visit("olga");
        await hand.drag({ gpu: "node1/2", hour: 100.5 }, { gpu: "node1/3", hour: 105 });
        await page.click("[data-purpose=maintenance]");
        await page.fill("[name=reason]", "new fans");
        await page.click(".book-submit");
        await page.waitForSelector(".bar.maintenance");
        await page.context().close();
    });
});
