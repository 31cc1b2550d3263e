/** Deadlines and evictions from the question to the booking, in a real browser on the real berthd. */

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
    readonly notice?: { readonly kind: string } | null;
    readonly continued_by?: string | null;
    readonly wait?: { readonly latest_start: string } | null;
}

const text = (instant: number) => new Date(instant).toISOString().replace(".000Z", "Z");

describe("the plan panel", { skip, timeout: 180_000 }, () => {
    let stage: Stage;
    let page: Page;
    /** Monday of the test's week, 10:00. */
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
        for (const { id, owner, state } of await list()) {
            if (ENDED.includes(state)) continue;
            // Who was told to leave and has no job says that they have left.
            const word = state === "releasing" ? "release" : "cancel";
            await stage.berth.call("POST", `reservations/${id}/${word}`, {}, { "x-berth-user": owner });
            await stage.berth.untilState(id, ...ENDED);
        }
    });

    const list = async () => (await stage.berth.call<{ items: Detail[] }>("GET", "reservations?limit=500")).items;
    const open = async () => (await list()).filter(({ state }) => ![...ENDED, "releasing"].includes(state));
    const detail = (id: string) => stage.berth.call<Detail>("GET", `reservations/${id}`);
    const bars = (id: string) => page.locator(`.tracks .bar[data-reservation="${id}"]`);
    const ghosts = (kind: string) => page.locator(`.ghost.${kind}`);
    const verdict = () => page.locator(".plan-verdict");

    /** Both nodes are taken: one by bob, one by carol. */
    const fill = (hours: number): Promise<Booked[]> =>
        Promise.all(
            ["bob", "carol"].map((who, i) =>
                stage.berth.book(who, {
                    title: `${who}'s baseline`, team: "speech", gpus: { ids: [0, 1, 2, 3].map((g) => `node${i + 1}/${g}`) },
                    start: text(now), hours,
                }),
            ),
        );

    const ask = async (fields: { when?: string; count?: number; hours?: number; priority?: string; days?: number }) => {
        if (!(await page.locator(".plan-form").count())) await page.click(".plan-button");
        await page.click(`[data-when="${fields.when ?? "deadline"}"]`);
        await page.fill(".plan-form [name=count]", String(fields.count ?? 4));
        await page.fill(".plan-form [name=hours]", String(fields.hours ?? 20));
        if (fields.days) await page.fill(".plan-form [name=date]", text(now + fields.days * 24 * HOUR).slice(0, 10));
        if (fields.priority) await page.selectOption(".plan-form [name=priority]", fields.priority);
        await page.click(".plan-ask");
        await page.waitForSelector(".plan-verdict, .plan-form .form-problem");
    };

    it("says yes to a deadline, shows the windows, and books the one that is chosen", async () => {
        await page.click(".plan-button");
        await page.fill(".plan-form [name=title]", "launch model");
        await ask({ count: 2, hours: 19 });
        assert.equal(await page.textContent(".plan-verdict h3"), "Yes");
        assert.match((await verdict().textContent())!, /Finished by Tue \d+ \w+ 06:00, 52 h before the deadline\./);
        assert.match((await page.textContent(".plan-asked"))!, /20 h/, "whole slots");
        await ghosts("fits").first().waitFor();
        assert.equal(await ghosts("fits").first().getAttribute("data-ghost"), "1");

        await page.locator(".plan-window-show").nth(1).click();
        await page.waitForSelector('.ghost.fits[data-ghost="2"]');
        const second = (await page.locator(".plan-window.chosen strong").textContent())!;
        await page.click(".plan-book");
        await page.waitForSelector(".plan-panel", { state: "detached" });
        const [booked] = await open();
        assert.equal(booked!.owner, "alice");
        assert.equal(Date.parse(booked!.start), now + 2 * HOUR, second);
        await bars(booked!.id).first().waitFor();
        assert.match((await bars(booked!.id).first().textContent())!, /launch model/);
        assert.equal(await ghosts("fits").count(), 0);
        assert.match((await page.textContent(".toast"))!, new RegExp(booked!.id));

        await page.click(".toast-undo");
        await page.waitForSelector(".toast:has-text('Taken back')");
        assert.equal((await detail(booked!.id)).state, "cancelled");
    });

    it("says no with the earliest finish, goes there, and waits for something sooner", async () => {
        await fill(200);
        await ask({ days: 2 });
        assert.equal(await page.textContent(".plan-verdict h3"), "No");
        const finish = now + 220 * HOUR;
        assert.match((await verdict().textContent())!, /Not by Wed .*\. The earliest finish is Wed \d+ \w+ 14:00, 1\d\d h later\./);

        // It lies in a week that is not shown: the list leads there.
        const week = await page.textContent(".week-name");
        await page.locator(".plan-window-show").first().click();
        await page.waitForSelector('.ghost.fits[data-ghost="1"]');
        assert.notEqual(await page.textContent(".week-name"), week);
        assert.match((await page.textContent(".plan-window.chosen strong"))!, /14:00 \(20 h\)/);
        assert.ok(finish > now);

        await page.click(".plan-wait");
        await page.waitForSelector(".plan-panel", { state: "detached" });
        const waiting = (await open()).find(({ owner }) => owner === "alice")!;
        assert.equal(waiting.state, "waitlisted");
        const deadline = Date.parse(waiting.wait!.latest_start) + 20 * HOUR;
        assert.equal(new Date(deadline).getUTCHours(), 2, "10:00 there");
    });

    it("draws a P0's eviction before it is made, and tells those who make room", async () => {
        const [bob, carol] = await fill(24);
        for (const { id } of [bob!, carol!]) await stage.berth.untilState(id, "running");
        await ask({ when: "now" });
        assert.equal(await page.textContent(".plan-verdict h3"), "No");
        await page.click(".plan-urgent");
        await page.waitForSelector(".plan-eviction");
        assert.equal(await page.textContent(".plan-verdict h3"), "Only by eviction");
        assert.match((await verdict().textContent())!, /if the work of 1 person makes room/);
        const victimText = (await page.textContent(".plan-victim"))!;
        const owner = /bob|carol/.exec(victimText)![0];
        const victim = owner === "bob" ? bob! : carol!;
        assert.match(victimText, new RegExp(`${owner}'s baseline.*${victim.id} · ${owner} · speech · P2`));
        assert.match(victimText, /running, 30 min notice.*again Tue/);
        assert.match((await page.textContent(".plan-harm"))!, /\d GPU-hours/);
        await ghosts("urgent").waitFor();
        assert.match((await ghosts("evicted").textContent())!, /^① makes room/);
        await page.waitForSelector(".ghost.moved");
        assert.match((await ghosts("moved").textContent())!, new RegExp(`^① ${owner}'s baseline`));
        assert.equal((await detail(victim.id)).state, "running", "nobody is told yet");

        await page.click(".plan-evict");
        assert.match((await page.textContent(".evict-people"))!, new RegExp(`the work of 1 person: ${owner}\\.`));
        await page.fill(".evict-form [name=reason]", "hotfix for the launch");
        await page.click(".evict-form [type=submit]");
        await page.waitForSelector(".plan-panel", { state: "detached" });
        const p0 = (await open()).find((one) => one.owner === "alice")!;
        await bars(p0.id).waitFor();
        assert.match((await bars(p0.id).textContent())!, /P0/);
        const told = await detail(victim.id);
        assert.equal(told.notice?.kind, "eviction");
        await bars(told.continued_by!).waitFor();
        const { items } = await stage.berth.call<{ items: { reason: string }[] }>("GET", "audit?limit=500");
        assert.ok(items.some(({ reason }) => reason === "hotfix for the launch"));
        assert.equal(await page.locator(".toast-undo").count(), 0, "what others lost does not come back");
    });

    it("shows a new plan instead of carrying out one that no longer holds", async () => {
        const [bob, carol] = await fill(24);
        for (const { id } of [bob!, carol!]) await stage.berth.untilState(id, "running");
        await ask({ when: "now", priority: "P0" });
        await page.click(".plan-evict");
        await page.waitForSelector(".evict-form");
        const victimText = (await page.textContent(".plan-victim"))!;
        const [victim, owner] = victimText.includes("bob") ? [bob!, "bob"] : [carol!, "carol"];
        // While its author still thinks, the victim goes by itself.
        await stage.berth.call("POST", `reservations/${victim.id}/cancel`, {}, { "x-berth-user": owner });
        await stage.berth.untilState(victim.id, "cancelled");
        await page.click(".evict-form [type=submit]");
        await page.waitForSelector(".plan-changes");
        assert.match((await page.textContent(".plan-changes"))!, /The answer has changed:.*now it is a yes/);
        assert.equal(await page.locator(".evict-form").count(), 0);
        assert.equal(await page.textContent(".plan-verdict h3"), "Yes");
        assert.deepEqual((await open()).filter((one) => one.owner === "alice"), []);

        await page.locator(".plan-window-show").first().click();
        await page.click(".plan-book");
        await page.waitForSelector(".plan-panel", { state: "detached" });
        assert.equal((await open()).filter((one) => one.owner === "alice").length, 1);
    });

    it("follows what others book meanwhile", async () => {
        await ask({ count: 4, hours: 20 });
        const first = (await page.textContent(".plan-window.chosen"))!;
        const ids = [0, 1, 2, 3].flatMap((g) => [`node1/${g}`, `node2/${g}`]);
        await stage.berth.book("bob", { gpus: { ids }, start: text(now), hours: 30 });
        await page.waitForSelector(".plan-changes");
        assert.match((await page.textContent(".plan-changes"))!, / is gone/);
        assert.notEqual(await page.textContent(".plan-window"), first);
        await page.click(".plan-changes button");
        assert.equal(await page.locator(".plan-changes").count(), 0);
    });

    it("books with a new token when the old one has aged, and nobody notices", async () => {
        await ask({ count: 4, hours: 20, when: "earliest" });
        assert.equal(await page.textContent(".plan-verdict h3"), "Yes");
        // The second begins at an edge; what begins at once would be another window by then.
        await page.locator(".plan-window-show").nth(1).click();
        const from = (await page.textContent(".plan-window.chosen strong"))!;
        now += 2 * 60_000;
        await stage.berth.moveClock(now);
        await page.click(".plan-book");
        await page.waitForSelector(".plan-panel", { state: "detached" });
        const [booked] = await open();
        assert.ok(from.includes("12:00"), `${from} ${booked!.start}`);
        assert.equal(new Date(booked!.start).getUTCHours(), 4);
    });

    it("speaks Chinese", async () => {
        await fill(24);
        const wang = await stage.visit({ user: "wang.fang", locale: "zh-CN", colorScheme: "dark" });
        await wang.click("text=找时段");
        await wang.fill(".plan-form [name=count]", "4");
        await wang.fill(".plan-form [name=hours]", "20");
        await wang.fill(".plan-form [name=date]", text(now + 24 * HOUR).slice(0, 10));
        await wang.click(".plan-ask");
        await wang.waitForSelector(".plan-verdict");
        assert.equal(await wang.textContent(".plan-verdict h3"), "不行");
        assert.match((await wang.textContent(".plan-verdict"))!, /前无法完成。最早完成时间为 .*，晚 \d+ 小时。/);
        await wang.click("text=以 P0 查询");
        await wang.waitForSelector(".plan-eviction");
        assert.match((await wang.textContent(".plan-verdict"))!, /只能靠抢占如果 1 个人的任务让出 GPU/);
        await wang.click(".plan-evict");
        assert.match((await wang.textContent(".evict-form"))!, /这会影响 1 个人的任务：(bob|carol)。/);
        await wang.close();
    });
});

describe("the plan panel of a site with rules", { skip, timeout: 60_000 }, () => {
    let stage: Stage;

    before(async () => {
        stage = await Stage.start({
            zone: ZONE,
            nodes: 1,
            gpusPerNode: 4,
            rules: ["teams:", "  vision: {members: [alice], leads: [lin]}"],
        });
        stage.expected = /status of (403|404)/;
    });

    after(async () => {
        await stage?.clear();
    });

    it("tells who may not ask for a P0 whom to ask", async () => {
        const page = await stage.visit({ user: "alice" });
        await page.click(".plan-button");
        await page.selectOption(".plan-form [name=priority]", "P0");
        await page.click(".plan-ask");
        await page.waitForSelector(".form-problem");
        assert.match((await page.textContent(".form-problem"))!, /P0 is for leads .*ask lin/);
        // The form is still there to ask for less.
        await page.selectOption(".plan-form [name=priority]", "P2");
        await page.click(".plan-ask");
        await page.waitForSelector(".plan-verdict.yes");
    });
});
