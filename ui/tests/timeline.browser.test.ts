/** The tracks on a real berthd: views, zoom, jumps, filters, who waits, maintenance, and changes while zoomed. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { weekOf, type Period } from "../src/time/time_scale";
import { addDays, mondayOf, wallTime } from "../src/time/zone";
import type { Booked } from "./real_berthd";
import { skip, Stage } from "./visit";

const ZONE = "Asia/Shanghai";
const HOUR = 3_600_000;
/** Wednesday, 10:00. */
const NOW_HOURS = 58;

describe("the tracks", { skip, timeout: 120_000 }, () => {
    let stage: Stage;
    let week: Period;
    let run: Booked;
    const at = (hours: number) => new Date(week.from + hours * HOUR).toISOString().replace(".000Z", "Z");
    const book = (user: string, wish: object) => stage.berth.book(user, wish);

    before(async () => {
        stage = await Stage.start({ zone: ZONE, nodes: 4, gpusPerNode: 4 });
        const { berth } = stage;
        const monday = mondayOf(wallTime(await berth.now(), ZONE));
        week = weekOf(addDays(monday, 7), ZONE, 120);
        await berth.moveClock(week.from + NOW_HOURS * HOUR);
        run = await book("alice", {
            title: "yolov8l night", team: "vision", gpus: { ids: ["node1/0", "node1/1"] },
            start: at(58), hours: 26, workload: berth.job,
        });
        await book("bowen", { title: "wav2vec", team: "speech", gpus: { ids: ["node2/0"] }, start: at(70), hours: 20 });
        await book("emma", { title: "yolo tiny", team: "speech", gpus: { ids: ["node4/0"] }, start: at(80), hours: 20 });
        await book("chen.li", {
            title: "whole node", team: "robotics", gpus: { ids: [0, 1, 2, 3].map((i) => `node3/${i}`) }, start: at(60), hours: 40,
        });
        await berth.untilState(run.id, "running");
    });

    after(async () => {
        await stage?.clear();
    });

    const bar = (page: Page, id: string) => page.locator(`.tracks .bar[data-reservation="${id}"]`).first();
    const instantAt = (page: Page, x: number) =>
        page.evaluate((clientX) => {
            const lanes = document.querySelector(".lanes")!.getBoundingClientRect();
            return (clientX - lanes.left) / lanes.width;
        }, x);
    const widthOf = (page: Page) => page.evaluate(() => document.querySelector<HTMLElement>(".lanes")!.offsetWidth);

    async function wheel(page: Page, x: number, notches: number): Promise<void> {
        const before = await widthOf(page);
        await page.mouse.move(x, 500);
        await page.keyboard.down("Control");
        for (let i = 0; i < Math.abs(notches); ++i) await page.mouse.wheel(0, Math.sign(notches) * -100);
        await page.keyboard.up("Control");
        await page.waitForFunction((was) => document.querySelector<HTMLElement>(".lanes")!.offsetWidth !== was, before);
        // Every notch is drawn: the bars have followed the tracks.
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    }

    it("zooms around the pointer, step by step, and back", async () => {
        const page = await stage.visit();
        await bar(page, run.id).waitFor();
        const x = 700;
        const before = await instantAt(page, x);
        const first = await widthOf(page);
        for (let i = 0; i < 6; ++i) {
            await wheel(page, x, 2);
            const drift = Math.abs((await instantAt(page, x)) - before) * (await widthOf(page));
            assert.ok(drift <= 1, `${drift} px after ${i + 1} steps`);
        }
        assert.ok((await widthOf(page)) > first * 8);
        await wheel(page, x, -12);
        assert.ok(Math.abs((await widthOf(page)) - first) <= 1);
        assert.equal(await page.locator('[data-view="week"]').getAttribute("aria-pressed"), "true");
    });

    it("goes no closer than three hours, and no further than what is loaded", async () => {
        const page = await stage.visit();
        await bar(page, run.id).waitFor();
        const screen = await widthOf(page);
        await wheel(page, 700, 40);
        assert.ok(Math.abs((await widthOf(page)) / screen - 56) < 0.1);
        assert.equal(await page.locator(".choice[data-view][aria-pressed=true]").count(), 0);
        const hours = await page.locator(".hour:not(.minor)").allTextContents();
        assert.ok(hours.some((hour) => /^\d\d:[1-5]0$/.test(hour)), hours.join(" "));
        await wheel(page, 700, -60);
        assert.equal(await widthOf(page), screen);
    });

    it("zooms by keys, but not while somebody writes", async () => {
        const page = await stage.visit();
        await bar(page, run.id).waitFor();
        const screen = await widthOf(page);
        const isWide = (times: number) =>
            page.waitForFunction(
                (width) => Math.abs(document.querySelector<HTMLElement>(".lanes")!.offsetWidth - width) <= 2,
                screen * times,
            );
        await page.locator(".search-field").fill("+");
        await page.keyboard.press("+");
        await page.keyboard.press("Escape");
        await page.evaluate(() => (document.activeElement as HTMLElement).blur());
        await page.keyboard.press("+");
        await isWide(1.5);
        await page.keyboard.press("+");
        await isWide(2.25);
        await page.keyboard.press("-");
        await isWide(1.5);
        await page.keyboard.press("0");
        await isWide(1);
    });

    it("zooms with two fingers", async () => {
        const page = await stage.visit({ touch: true });
        await bar(page, run.id).waitFor();
        const before = { part: await instantAt(page, 700), width: await widthOf(page) };
        const cdp = await page.context().newCDPSession(page);
        const touch = (type: string, apart: number) =>
            cdp.send("Input.dispatchTouchEvent", {
                type: type as "touchStart",
                touchPoints: apart ? [{ x: 700 - apart, y: 500 }, { x: 700 + apart, y: 500 }] : [],
            });
        await touch("touchStart", 60);
        for (const apart of [80, 100, 140, 180]) await touch("touchMove", apart);
        await touch("touchEnd", 0);
        await page.waitForFunction((was) => document.querySelector<HTMLElement>(".lanes")!.offsetWidth > was * 2.5, before.width);
        const drift = Math.abs((await instantAt(page, 700)) - before.part) * (await widthOf(page));
        assert.ok(drift <= 2, `${drift} px`);
    });

    it("names the days that are seen, in every view, and goes on by what is seen", async () => {
        const page = await stage.visit();
        const name = () => page.locator(".week-name").textContent();
        const isNamed = (text: string | RegExp) =>
            page.waitForFunction(
                ([source]) => new RegExp(source!).test(document.querySelector(".week-name")!.textContent!),
                [typeof text === "string" ? `^${text}$` : text.source],
            );
        const view = (of: string) => page.locator(`[data-view="${of}"]`).click();
        const { date } = wallDay(week.from + NOW_HOURS * HOUR);
        await bar(page, run.id).waitFor();
        await view("day");
        await isNamed(new RegExp(`Wed ${date}`));
        await page.getByRole("button", { name: "Later", exact: true }).click();
        await isNamed(/^Thu /);
        for (let i = 0; i < 3; ++i) await page.getByRole("button", { name: "Later", exact: true }).click();
        await isNamed(/^Sun /);
        await page.getByRole("button", { name: "Later", exact: true }).click();
        await isNamed(/^Mon /);
        await page.getByRole("button", { name: "Today", exact: true }).click();
        await isNamed(new RegExp(`^Wed ${date}`));
        await view("three");
        await isNamed(/^\d+( \w+)?–\d+ \w+$/);
        await view("month");
        await isNamed(/^\w+ 20\d\d$/);
        await page.waitForFunction(() => {
            const edge = document.querySelector(".corner")!.getBoundingClientRect().right;
            const days = [...document.querySelectorAll(".day-number")];
            const first = days.find((day) => day.getBoundingClientRect().left > edge - 2);
            return first?.textContent === "1";
        });
        const month = await name();
        await page.getByRole("button", { name: "Later", exact: true }).click();
        await page.waitForFunction((was) => document.querySelector(".week-name")!.textContent !== was, month);
        assert.match(page.url(), /date=20\d\d-\d\d-01/);
    });

    it("jumps to a date and comes back", async () => {
        const page = await stage.visit();
        await bar(page, run.id).waitFor();
        await page.locator(".jump .popover-button").click();
        await page.keyboard.press("Tab");
        await page.locator('.month-day[aria-pressed="true"]').focus();
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowRight");
        await page.keyboard.press("Enter");
        await page.waitForFunction(() => !document.querySelector(".tracks .bar"));
        await page.waitForSelector(".popover", { state: "detached" });
        assert.match(page.url(), /date=\d{4}-\d\d-\d\d/);
        await page.getByRole("button", { name: "Today", exact: true }).click();
        await bar(page, run.id).waitFor();
    });

    it("filters, says by what, and keeps it in the address", async () => {
        const page = await stage.visit({ user: "emma" });
        await bar(page, run.id).waitFor();
        await page.locator(".filter .popover-button").click();
        assert.equal(await page.locator('.facet[data-facet="team"] .check', { hasText: "speech" }).locator(".facet-count").textContent(), "2");
        await page.getByLabel("Only mine (emma)").check();
        await page.waitForSelector(`.bar.off[data-reservation="${run.id}"]`);
        await page.locator('.facet[data-facet="model"]').getByLabel("H100").check();
        await page.keyboard.press("Escape");
        await page.waitForFunction(() => document.querySelectorAll(".name.node").length === 1);
        assert.equal(await page.locator(".name.node .label").textContent(), "node4");
        assert.match(page.url(), /model=H100/);
        assert.match(page.url(), /mine=1/);
        await page.reload();
        await page.waitForFunction(() => document.querySelectorAll(".name.node").length === 1);
        assert.deepEqual(await page.locator(".active-filter").allTextContents(), ["Only mine", "GPU model: H100"]);
        await page.locator(".active-filter").nth(1).click();
        await page.waitForFunction(() => document.querySelectorAll(".name.node").length === 4);
        await page.locator(".active-filters").getByRole("button", { name: "Clear all" }).click();
        await page.waitForFunction(() => document.querySelectorAll(".bar.off").length === 0);
        assert.doesNotMatch(page.url(), /mine|model/);
    });

    it("finds by words, goes from one to the next, and unfolds what hides it", async () => {
        const page = await stage.visit();
        await bar(page, run.id).waitFor();
        await page.locator(".toggle-all").click();
        await page.waitForFunction(() => document.querySelectorAll(".tracks .bar").length === 0);
        await page.locator(".search-field").fill("yolo");
        assert.equal(await page.locator(".search-count").textContent(), "2 found");
        await page.keyboard.press("Enter");
        await page.waitForSelector(`.bar.lit[data-reservation="${run.id}"]`);
        await page.keyboard.press("Enter");
        await page.waitForSelector(".bar.lit", { state: "attached" });
        assert.equal(await page.locator(".search-count").textContent(), "2 of 2");
        await page.keyboard.press("ArrowDown");
        const focused = await page.evaluate(() => document.activeElement!.getAttribute("aria-label"));
        assert.match(focused!, /^yolo tiny/);
        await page.locator(".search-field").focus();
        await page.keyboard.press("Escape");
        assert.equal(await page.locator(".bar.off").count(), 0);
    });

    it("shows who waits, and what becomes of it", async () => {
        const { berth } = stage;
        const wish = await book("haruto", {
            title: "late wish", team: "mapping", gpus: { ids: ["node3/0", "node3/1"] }, start: at(62), hours: 10,
            on_conflict: "wait", wait: { latest_start: at(66) },
        });
        assert.equal(wish.state, "waitlisted");
        const page = await stage.visit({ locale: "zh-CN" });
        await page.waitForSelector(`.wish[data-reservation="${wish.id}"]`);
        const lane = page.getByRole("button", { name: "候补（1）" });
        assert.match((await page.locator(".wish").textContent())!, /late wish · 2 块 GPU · haruto/);
        await page.locator(".wish").click();
        await page.waitForSelector(".card.pinned");
        await page.keyboard.press("Escape");
        await lane.click();
        await page.waitForSelector(".wish.folded");
        await lane.click();
        const other = await book("ines", {
            title: "another", team: "retail", gpus: { ids: ["node3/2"] }, start: at(62), hours: 4,
            on_conflict: "wait", wait: { latest_start: at(64) },
        });
        await page.waitForSelector(`.wish[data-reservation="${other.id}"]`);
        await berth.call("POST", `reservations/${other.id}/cancel`, { reason: "no" }, { "x-berth-user": "ines" });
        await page.waitForSelector(`.wish[data-reservation="${other.id}"]`, { state: "detached" });
        await berth.call("POST", `reservations/${wish.id}/cancel`, { reason: "no" }, { "x-berth-user": "haruto" });
        await page.waitForSelector(".name.waiting", { state: "detached" });
    });

    it("draws maintenance as nobody's, and tells how much of a node is free now", async () => {
        const { berth } = stage;
        const page = await stage.visit();
        await bar(page, run.id).waitFor();
        await page.getByRole("button", { name: "node1, 4 GPUs, 2 of 4 free" }).waitFor();
        const teams = await page.locator(".chip").allTextContents();
        await berth.call(
            "POST", "maintenance", { gpus: ["node2/2"], start: at(100), hours: 8, reason: "driver" }, { "x-berth-user": "root" },
        );
        await page.waitForSelector(".bar.maintenance");
        await page.waitForSelector(".axis .skyline path.upkeep");
        assert.deepEqual(await page.locator(".chip").allTextContents(), teams);
        assert.equal(await page.locator(".bar.maintenance .mark").first().textContent(), "⚒");
    });

    it("shows what others change while it is zoomed", async () => {
        const page = await stage.visit();
        await bar(page, run.id).waitFor();
        await wheel(page, (await page.locator(".now-line").boundingBox())!.x, 6);
        const booked = await book("dmitri", {
            title: "just now", team: "robotics", gpus: { ids: ["node1/3"] }, start: at(60), hours: 4,
        });
        await bar(page, booked.id).waitFor();
        const lanes = (await page.locator(".lanes").boundingBox())!;
        const box = (await bar(page, booked.id).boundingBox())!;
        const x = lanes.x + (60 / (7 * 24)) * lanes.width;
        assert.ok(Math.abs(box.x - x) <= 1, `${box.x} is not ${x}`);
        assert.ok(Math.abs(box.width + 1 - (4 / (7 * 24)) * lanes.width) <= 1);
    });

    function wallDay(instant: number): { date: number } {
        return { date: wallTime(instant, ZONE).day };
    }
});

describe("node names that are too long for their column", { skip, timeout: 60_000 }, () => {
    let stage: Stage;
    const nameOf = (n: number) => `production-training-pool-gpu-${n}.eu-central.cluster.example.com`;

    before(async () => {
        stage = await Stage.start({ zone: ZONE, nodes: 2, gpusPerNode: 4, nodeName: nameOf });
    });

    after(async () => {
        await stage?.clear();
    });

    it("show where they differ, and all of themselves to who asks", async () => {
        const page = await stage.visit({ user: "emma" });
        for (const n of [1, 2]) {
            const row = page.locator(".name.node", { hasText: nameOf(n) });
            assert.ok((await row.getAttribute("title"))!.startsWith(nameOf(n)));
            const seen = await row.locator(".label").evaluate((label) => {
                const end = label.querySelector(".host-end")!;
                const [inner, outer] = [end.getBoundingClientRect(), label.getBoundingClientRect()];
                return { end: end.textContent, whole: inner.left > outer.left && inner.right <= outer.right + 0.5 };
            });
            assert.deepEqual(seen, { end: `-gpu-${n}`, whole: true });
        }
    });
});
