/** The card of a reservation: told about, pinned, acted from, in a real browser on the real berthd. */

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { Page } from "playwright-core";
import type { Booked } from "./real_berthd";
import { skip, Stage } from "./visit";
import { nextWeek } from "./week_of_work";

const HOUR = 3_600_000;
const ZONE = "Asia/Shanghai";
const ENDED = ["cancelled", "completed", "evicted", "expired", "failed"];

interface Detail extends Booked {
    readonly owner: string;
}

const text = (instant: number) => new Date(instant).toISOString().replace(".000Z", "Z");

describe("the card", { skip, timeout: 120_000 }, () => {
    let stage: Stage;
    let page: Page;
    let now: number;

    before(async () => {
        stage = await Stage.start({ zone: ZONE, nodes: 2, gpusPerNode: 4 });
        now = (await nextWeek(stage.berth, ZONE)).from + 10 * HOUR;
        await stage.berth.moveClock(now);
    });

    after(async () => {
        await stage?.clear();
    });

    beforeEach(async () => {
        page = await stage.visit({ user: "alice" });
    });

    afterEach(async () => {
        await page.close();
        const { items } = await stage.berth.call<{ items: Detail[] }>("GET", "reservations?limit=500");
        for (const { id, owner, state } of items) {
            if (ENDED.includes(state)) continue;
            await stage.berth.call("POST", `reservations/${id}/cancel`, {}, { "x-berth-user": owner });
            await stage.berth.untilState(id, ...ENDED);
        }
    });

    const book = (who: string, title: string, ids: string[], from: number, hours: number, more: object = {}) =>
        stage.berth.book(who, { title, team: "vision", gpus: { ids }, start: text(now + from * HOUR), hours, ...more });
    const detail = (id: string) => stage.berth.call<Detail>("GET", `reservations/${id}`);
    const bar = (id: string, on = page) => on.locator(`.tracks .bar[data-reservation="${id}"]`).first();
    const fact = async (name: string) => (await page.locator(`.card .fact:has(dt:text-is("${name}")) dd`).textContent())!;
    const act = (name: string) => page.locator(`.card [data-act="${name}"]`);
    const shown = () => page.waitForSelector(".card:not([hidden])");
    const gone = () => page.waitForSelector(".card", { state: "hidden" });

    it("is shown by the pointer without asking the server, within the screen, with who comes next", async () => {
        const { id } = await book("alice", "yolov8l coco", ["node1/0", "node1/1"], 2, 8);
        await book("bowen", "after it", ["node1/1"], 12, 4);
        await bar(id).waitFor();
        const asked: string[] = [];
        page.on("request", (request) => asked.push(request.url()));
        await bar(id).hover();
        await shown();
        assert.equal(await fact("Next"), "bowen at 22:00");
        assert.match(await fact("Window"), /12:00 – 20:00 \(8 h\)/);
        assert.match(await fact("GPUs"), /2 GPUs \(A100\) · node1\/0–1/);
        assert.equal(await page.getAttribute(".card", "role"), "tooltip");
        assert.equal(await page.locator(".card button").count(), 0);
        assert.deepEqual(asked, []);
        const box = (await page.locator(".card").boundingBox())!;
        assert.ok(box.x >= 0 && box.x + box.width <= 1440 && box.y >= 0 && box.y + box.height <= 900);
        await page.mouse.move(720, 20);
        await gone();
    });

    it("is shown by the keyboard, pinned as a dialog, and gives the focus back", async () => {
        const { id } = await book("alice", "by keys", ["node1/0"], 2, 8);
        await bar(id).waitFor();
        await page.locator('.tracks .bar[tabindex="0"]').focus();
        await page.keyboard.press("ArrowRight");
        await shown();
        await page.keyboard.press("Enter");
        await page.waitForSelector(".card.pinned");
        assert.equal(await page.getAttribute(".card", "role"), "dialog");
        assert.ok(await page.evaluate(() => document.activeElement?.classList.contains("card")));
        await act("extend").waitFor();
        await page.keyboard.press("Tab");
        assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Close");
        await page.keyboard.press("Escape");
        await gone();
        assert.equal(await page.evaluate(() => (document.activeElement as HTMLElement).dataset["reservation"]), id);
    });

    it("cancels, and takes it back", async () => {
        const { id } = await book("alice", "not yet sure", ["node1/0"], 2, 8);
        await bar(id).click();
        await act("cancel").click();
        await gone();
        await page.click(".toast-undo");
        assert.equal((await detail(id)).state, "confirmed");
        assert.equal(await bar(id).count(), 1);
    });

    it("extends by a slot, and says why that is not possible", async () => {
        const { id } = await book("alice", "longer", ["node1/0"], 2, 8);
        await bar(id).click();
        assert.match((await act("extend").textContent())!, /Extend by 2 h/);
        await act("extend").click();
        await page.waitForFunction(() => /12:00 – 22:00 \(10 h\)/.test(document.querySelector(".card .facts")!.textContent!));
        assert.equal(Date.parse((await detail(id)).end), now + 12 * HOUR);

        await book("bowen", "in the way", ["node1/0"], 12, 4);
        await page.keyboard.press("Escape");
        await bar(id).click();
        await act("cancel").waitFor();
        assert.equal(await act("extend").count(), 0);
        await page.click(".card-why summary");
        assert.match((await page.textContent(".card-why"))!, /bowen|busy|held/);
    });

    it("ends what runs once it is sure", async () => {
        const { id } = await book("alice", "runs", ["node1/0"], 0, 8);
        await stage.berth.untilState(id, "running");
        await bar(id).click();
        await act("release").click();
        assert.match((await page.textContent("dialog"))!, /End runs now\?/);
        await page.click("dialog .primary");
        await stage.berth.untilState(id, ...ENDED);
    });

    it("hands over to a second person, who accepts it in their own browser", async () => {
        const { id } = await book("alice", "handed over", ["node1/0"], 2, 8);
        await bar(id).click();
        await act("transfer").click();
        await page.fill(".handover-form [name=to_user]", "bowen");
        await page.click(".handover-form [type=submit]");
        await page.getByText("goes over once it is accepted").waitFor();
        await page.waitForFunction(() => /waits for the yes of bowen/.test(document.querySelector(".card")!.textContent!));

        const second = await stage.visit({ user: "bowen" });
        await bar(id, second).click();
        await second.click('.card [data-act="accept"]');
        await second.waitForFunction(() => /Ownerbowen/.test(document.querySelector(".card")!.textContent!));
        assert.equal((await detail(id)).owner, "bowen");
        // The first one's card follows: it is not theirs any more.
        await page.waitForFunction(() => !document.querySelector('.card [data-act="cancel"]'));
        await page.click(".card-why summary");
        assert.match((await page.textContent(".card-why"))!, /bowen/);
        await second.close();
    });

    it("leads to the details", async () => {
        const { id } = await book("bowen", "somebody else's", ["node1/0"], 2, 8);
        await bar(id).click();
        await act("details").click();
        await page.waitForFunction((hash) => location.hash === hash, `#/work/${id}`);
        await gone();
    });

    it("speaks Chinese, and tells the site's time beside a chosen zone's", async () => {
        const { id } = await book("wang.fang", "夜间行人检测", ["node1/0"], 2, 8);
        const wang = await stage.visit({ user: "wang.fang", locale: "zh-CN", colorScheme: "dark" });
        await bar(id, wang).click();
        await wang.waitForSelector('.card [data-act="cancel"]');
        const words = (await wang.textContent(".card"))!;
        for (const part of ["已确认", "夜间行人检测", "团队", "延长 2 小时", "转交…", "取消预约", "详情"]) {
            assert.ok(words.includes(part), `${part} in ${words}`);
        }
        await wang.evaluate(() => localStorage.setItem("berth.zone.chosen", "Europe/Berlin"));
        await wang.reload();
        await bar(id, wang).hover();
        await wang.waitForSelector(".card:not([hidden])");
        const there = (await wang.textContent(".card"))!;
        assert.match(there, /05:00 – 13:00 \(8 小时\).*站点时间.*12:00 – 20:00/);
        await wang.close();
    });
});
