/** Booking by hand and by keys, on the real berthd: what one drags is what is booked. */

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { Hand } from "./hand";
import { skip, Stage } from "./visit";
import { nextWeek } from "./week_of_work";
import type { Booked } from "./real_berthd";

const ZONE = "Asia/Shanghai";
/** Tuesday, 08:20. */
const NOW = 32 + 1 / 3;

interface Item extends Booked {
    readonly title: string;
    readonly owner: string;
}

describe("booking on the tracks", { skip, timeout: 240_000 }, () => {
    let stage: Stage;
    let alice: Page;
    let hand: Hand;
    let week: Awaited<ReturnType<typeof nextWeek>>;

    before(async () => {
        stage = await Stage.start({ zone: ZONE, nodes: 2, gpusPerNode: 4 });
        week = await nextWeek(stage.berth, ZONE);
        await stage.berth.moveClock(week.from + NOW * 3_600_000);
    });

    after(() => stage?.clear());

    beforeEach(async () => {
        alice = await stage.visit({ user: "alice" });
        hand = new Hand(alice, week);
    });

    /** Each test begins with free tracks and one visitor. */
    afterEach(async () => {
        await alice.context().close();
        for (const { id, owner } of await booked()) {
            await stage.berth.call("POST", `reservations/${id}/cancel`, {}, { "x-berth-user": owner });
        }
    });

    async function booked(): Promise<Item[]> {
        const { items } = await stage.berth.call<{ items: Item[] }>("GET", "reservations?limit=500");
        return items.filter(({ state }) => !["cancelled", "completed", "failed", "expired"].includes(state));
    }

    const book = (owner: string, ids: string[], hour: number, hours: number, title = "") =>
        stage.berth.book(owner, { title, gpus: { ids }, start: hand.text(hour), hours });
    const bar = (id: string) => `.tracks .bar[data-reservation="${id}"]`;
    const fits = () => alice.waitForSelector(".verdict[data-verdict=fits]");
    const toast = (text: RegExp) => alice.waitForFunction(
        (source) => new RegExp(source).test(document.querySelector(".toasts")?.textContent ?? ""),
        text.source,
    );
    const gone = (selector: string) =>
        alice.waitForFunction((selector) => !document.querySelector(selector), selector);
    /** What is booked, once it is as `holds` wants it. */
    async function until(id: string, holds: (item: Item) => boolean): Promise<Item> {
        for (;;) {
            const item = await stage.berth.call<Item>("GET", `reservations/${id}`);
            if (holds(item)) return item;
            await alice.waitForTimeout(20);
        }
    }

    it("books what is drawn across four tracks, seen by another within a second", async () => {
        const bob = await stage.visit({ user: "bob" });
        await hand.pull({ gpu: "node1/0", hour: 56.5 }, { gpu: "node1/3", hour: 87.5 });
        assert.match((await alice.textContent(".drag-tag"))!, /^4 GPUs · .*08:00 – .*16:00 \(32 h\)$/);
        assert.equal(await alice.locator(".ghost.fits").count(), 1);
        await alice.mouse.up();

        await alice.fill("[name=title]", "yolov8l coco");
        await alice.fill("[name=team]", "vision");
        await fits();
        await alice.click(".book-submit");
        const seen = performance.now();
        const label = await (await bob.waitForSelector(".tracks .bar", { timeout: 1000 })).getAttribute("aria-label");
        assert.ok(performance.now() - seen < 1000);
        assert.match(label!, /^yolov8l coco, Confirmed, team vision, alice, P2, .*node1\/0–3/);
        const [item] = await booked();
        assert.deepEqual([item!.start, item!.end], [hand.text(56), hand.text(88)]);
        assert.deepEqual(item!.gpus, ["node1/0", "node1/1", "node1/2", "node1/3"]);
        await gone(".booking-panel");
        await bob.context().close();
    });

    it("books across nodes, the GPUs between", async () => {
        await hand.drag({ gpu: "node1/3", hour: 56.5 }, { gpu: "node2/0", hour: 57.5 });
        await fits();
        await alice.click(".book-submit");
        await alice.waitForSelector(".tracks .bar");
        assert.deepEqual((await booked())[0]!.gpus, ["node1/3", "node2/0"]);
    });

    it("shows a clash in red while dragging, and books one of the server's suggestions", async () => {
        const { id } = await book("bob", ["node1/1"], 60, 8, "night run");
        await alice.waitForSelector(bar(id));
        await hand.pull({ gpu: "node1/0", hour: 54.5 }, { gpu: "node1/1", hour: 63.5 });
        assert.equal(await alice.locator(".ghost.clash").count(), 1);
        assert.match((await alice.textContent(".drag-tag.clash"))!, /GPU node1\/1 has night run \(r-\d+\) of bob/);
        await alice.mouse.up();
        await alice.waitForSelector(".verdict[data-verdict=clash]");
        await alice.waitForSelector(".ghost.suggestion[data-ghost='1']");
        const offered = await alice.locator(".suggestion-entry").count();
        assert.ok(offered >= 1 && offered <= 5, `${offered} suggestions`);

        await alice.click("button.ghost.suggestion[data-ghost='1']");
        await fits();
        const chosen = await alice.getAttribute(".ghost.fits", "title");
        await alice.keyboard.press("Enter");
        await toast(/is booked/);
        const mine = (await booked()).find(({ owner }) => owner === "alice")!;
        assert.equal(mine.gpus.length, 2);
        assert.match(chosen!, /2 GPUs/);
    });

    it("does not draft what is over, and drafts one slot at a click", async () => {
        const past = await hand.find({ gpu: "node1/0", hour: 9 });
        await alice.mouse.click(past.x, past.y);
        assert.equal(await alice.locator(".booking-panel").count(), 0);
        const free = await hand.find({ gpu: "node2/2", hour: 151 });
        await alice.mouse.click(free.x, free.y);
        await fits();
        await alice.click(".book-submit");
        await alice.waitForSelector(".tracks .bar");
        const [item] = await booked();
        assert.deepEqual([item!.gpus, item!.start, item!.end], [["node2/2"], hand.text(150), hand.text(152)]);
    });

    it("goes to a suggestion that lies in another week", async () => {
        await book("bob", ["node1/0", "node1/1", "node1/2", "node1/3"], 34, 150);
        await book("bob", ["node2/0", "node2/1", "node2/2", "node2/3"], 34, 150);
        await alice.waitForFunction(() => document.querySelectorAll(".tracks .bar:not(.void)").length === 2);
        await hand.drag({ gpu: "node1/0", hour: 60.5 }, { gpu: "node1/0", hour: 61.5 });
        const elsewhere = alice.locator(".suggestion-entry", { hasText: "other days" }).first();
        await elsewhere.click();
        await alice.waitForSelector(".ghost.fits");
        assert.match((await alice.textContent(".week-number"))!, /Week/);
        assert.notEqual(await alice.textContent(".today[aria-pressed]"), null);
        assert.equal(await alice.getAttribute(".today", "aria-pressed"), "false");
    });

    it("starts now what is drawn on the current slot", async () => {
        const free = await hand.find({ gpu: "node2/3", hour: 33.9 });
        await alice.mouse.click(free.x, free.y);
        await fits();
        await alice.click(".book-submit");
        await alice.waitForSelector(".tracks .bar");
        assert.equal((await booked())[0]!.end, hand.text(34));
    });

    it("leaves everything as it was at Escape", async () => {
        const { id } = await book("alice", ["node1/0"], 60, 4);
        await alice.waitForSelector(bar(id));
        await hand.pull({ gpu: "node1/0", hour: 62 }, { gpu: "node1/2", hour: 80 });
        await alice.waitForSelector(".ghost");
        await alice.keyboard.press("Escape");
        await gone(".ghost");
        await alice.mouse.up();
        assert.equal((await booked())[0]!.start, hand.text(60));
    });

    it("moves an own bar to other tracks and times, and takes it back", async () => {
        const { id } = await book("alice", ["node1/0", "node1/1"], 60, 8, "mine");
        await alice.waitForSelector(bar(id));
        await hand.drag({ gpu: "node1/0", hour: 64 }, { gpu: "node1/2", hour: 76 });
        const moved = await until(id, ({ start }) => start !== hand.text(60));
        assert.deepEqual([moved.start, moved.end], [hand.text(72), hand.text(80)]);
        assert.deepEqual(moved.gpus, ["node1/2", "node1/3"]);
        await alice.click(".toast-undo");
        const back = await until(id, ({ start }) => start === hand.text(60));
        assert.deepEqual(back.gpus, ["node1/0", "node1/1"]);
    });

    it("pulls an end to make it longer, and the start to make it begin earlier", async () => {
        const { id } = await book("alice", ["node1/0"], 60, 8);
        await alice.waitForSelector(bar(id));
        await hand.drag({ gpu: "node1/0", hour: 67.8 }, { gpu: "node1/0", hour: 75.8 });
        await until(id, ({ end }) => end === hand.text(76));
        await toast(/is changed/);
        await hand.drag({ gpu: "node1/0", hour: 60.3 }, { gpu: "node1/0", hour: 54.3 });
        const pulled = await until(id, ({ start }) => start === hand.text(54));
        assert.equal(pulled.end, hand.text(76));
    });

    it("changes only the end of what runs, and nothing of another's", async () => {
        const mine = await stage.berth.book("alice", { gpus: { ids: ["node1/0"] }, start: "now", hours: 8 });
        const bobs = await book("bob", ["node1/2"], 60, 8);
        await alice.waitForSelector(bar(mine.id));
        await hand.drag({ gpu: "node1/0", hour: 36 }, { gpu: "node1/0", hour: 60 });
        await hand.drag({ gpu: "node1/2", hour: 64 }, { gpu: "node1/2", hour: 80 });
        const end = (Date.parse(mine.end) - week.from) / 3_600_000;
        await hand.drag({ gpu: "node1/0", hour: end - 0.2 }, { gpu: "node1/0", hour: end + 3.8 });
        await until(mine.id, (item) => item.end === hand.text(end + 4));
        assert.equal((await until(bobs.id, () => true)).start, hand.text(60));
    });

    it("springs back with the sentence when a move is refused, and offers what works", async () => {
        const bobs = await book("bob", ["node1/1"], 60, 8);
        const { id } = await book("alice", ["node1/0"], 60, 8, "mine");
        await alice.waitForSelector(bar(id));
        await alice.waitForSelector(bar(bobs.id));
        await hand.drag({ gpu: "node1/0", hour: 64 }, { gpu: "node1/1", hour: 64 });
        await alice.waitForSelector(".booking-panel [role=alert]");
        assert.match((await alice.textContent(".booking-panel [role=alert]"))!, /GPU node1\/1 is busy from/);
        await gone(".ghost.clash, .ghost.fits");
        await alice.click(".suggestion-entry");
        await toast(/mine .* is changed/);
        const moved = await until(id, () => true);
        assert.ok(moved.gpus[0] !== "node1/0" || moved.start !== hand.text(60));
    });

    it("moves, resizes and cancels by keys", async () => {
        const { id } = await book("alice", ["node1/0"], 60, 4, "mine");
        await alice.focus(bar(id));
        await alice.keyboard.press("Alt+ArrowRight");
        await alice.keyboard.press("Alt+ArrowDown");
        await alice.keyboard.press("Alt+Shift+ArrowRight");
        assert.match((await alice.textContent(".live-line"))!, /14:00 – 20:00 \(6 h\): it fits\. Enter/);
        await alice.keyboard.press("Enter");
        const moved = await until(id, ({ start }) => start === hand.text(62));
        assert.deepEqual([moved.end, moved.gpus], [hand.text(68), ["node1/1"]]);
        await toast(/is changed/);

        await alice.focus(bar(id));
        await alice.keyboard.press("Alt+ArrowLeft");
        await alice.waitForSelector(".ghost.fits");
        await alice.keyboard.press("Escape");
        await gone(".ghost");

        await alice.keyboard.press("Delete");
        await alice.waitForSelector(".ghost.leaving");
        assert.equal((await until(id, () => true)).state, "confirmed");
        await alice.keyboard.press("Control+z");
        await gone(".ghost.leaving");
    });

    it("cancels when the page is closed before the ten seconds are over", async () => {
        const { id } = await book("alice", ["node1/0"], 60, 4, "mine");
        await alice.focus(bar(id));
        await alice.keyboard.press("Delete");
        await alice.waitForSelector(".ghost.leaving");
        await alice.reload();
        await until(id, ({ state }) => state === "cancelled");
    });

    it("does not cancel what somebody moved meanwhile, and does not take back over another's change", async () => {
        const { id } = await book("alice", ["node1/0"], 60, 4, "mine");
        const elsewhere = { "x-berth-user": "alice" };
        await alice.focus(bar(id));
        await alice.keyboard.press("Delete");
        await alice.waitForSelector(".ghost.leaving");
        await stage.berth.call("PATCH", `reservations/${id}`, { start: hand.text(80) }, elsewhere);
        await toast(/was changed by somebody meanwhile: it is not cancelled/);

        await alice.focus(bar(id));
        await alice.keyboard.press("Alt+ArrowDown");
        await alice.keyboard.press("Enter");
        await toast(/is changed/);
        await stage.berth.call("PATCH", `reservations/${id}`, { title: "renamed" }, elsewhere);
        await alice.waitForSelector(`${bar(id)}[aria-label^="renamed"]`);
        await alice.click(".toast-undo");
        await toast(/nothing is taken back/);
        assert.deepEqual((await until(id, () => true)).gpus, ["node1/1"]);
    });

    it("does not move what somebody moved while it was being thought about", async () => {
        const { id } = await book("alice", ["node1/0"], 60, 4, "mine");
        await alice.focus(bar(id));
        await alice.keyboard.press("Alt+ArrowRight");
        await alice.waitForSelector(".ghost.fits");
        const before = await alice.locator(bar(id)).evaluate((it) => it.style.left);
        await stage.berth.call("PATCH", `reservations/${id}`, { start: hand.text(80) }, { "x-berth-user": "alice" });
        await alice.waitForFunction(
            ([selector, before]) => document.querySelector<HTMLElement>(selector!)?.style.left !== before,
            [bar(id), before],
        );
        await alice.keyboard.press("Enter");
        await toast(/has been changed meanwhile/);
        assert.equal((await until(id, () => true)).start, hand.text(80));
    });

    it("takes a booking back", async () => {
        await alice.click(".book-button");
        await fits();
        await alice.click(".book-submit");
        await toast(/is booked/);
        await alice.click(".toast-undo");
        await toast(/Taken back/);
        assert.deepEqual(await booked(), []);
    });

    it("joins the waitlist when one is ready to wait", async () => {
        await book("bob", ["node1/0", "node1/1", "node1/2", "node1/3"], 56, 48);
        await alice.waitForSelector(".tracks .bar:not(.void)");
        await hand.drag({ gpu: "node1/1", hour: 53 }, { gpu: "node1/0", hour: 61 });
        await alice.waitForSelector(".verdict[data-verdict=clash]");
        await alice.selectOption("[name=otherwise]", "wait");
        await alice.selectOption("[name=patience]", "6");
        assert.equal((await alice.textContent(".book-submit"))!.trim(), "Join the waitlist");
        await alice.click(".book-submit");
        await toast(/is on the waitlist/);
        const { items } = await stage.berth.call<{ items: Item[] }>("GET", "waitlist");
        assert.equal(items[0]!.owner, "alice");
    });

    it("asks for any GPUs of a kind, with a YOLO training to run on them", async () => {
        await hand.drag({ gpu: "node1/0", hour: 60.5 }, { gpu: "node1/1", hour: 67 });
        await alice.click("[data-which=any]");
        await alice.click("[data-workload=yolo]");
        await alice.fill("[name=yolo-data]", "coco.yaml");
        await alice.fill("[name=yolo-epochs]", "50");
        await alice.fill("[name=args]", "lr0=0.01\ncos_lr=True");
        await alice.waitForFunction(() => /would be yours/.test(document.querySelector(".verdict")?.textContent ?? ""));
        await alice.click(".book-submit");
        await toast(/is booked/);
        const [{ id }] = await booked() as [Item];
        const { workload } = await stage.berth.call<{ workload: Record<string, unknown> }>("GET", `reservations/${id}`);
        assert.equal(workload["data"], "coco.yaml");
        assert.equal(workload["epochs"], 50);
        assert.deepEqual(workload["args"], { lr0: 0.01, cos_lr: true });
    });

    it("opens the form with the next free slot at a key, and closes it at Escape", async () => {
        await book("bob", ["node1/0", "node1/1", "node1/2", "node1/3"], 34, 4);
        await stage.berth.book("bob", { gpus: { ids: ["node1/0"] }, start: "now", hours: 1 });
        await alice.waitForFunction(() => document.querySelectorAll(".tracks .bar:not(.void)").length === 2);
        await alice.keyboard.press("n");
        await fits();
        assert.equal((await alice.textContent(".gpu-names"))!.trim(), "node1/1");
        assert.equal(await alice.evaluate(() => document.activeElement?.getAttribute("name")), "title");
        await alice.keyboard.press("Escape");
        await gone(".booking-panel");
    });

    it("keeps a half-filled form under a refused move", async () => {
        const bobs = await book("bob", ["node1/1"], 60, 8);
        const { id } = await book("alice", ["node1/0"], 60, 8, "mine");
        await alice.waitForSelector(bar(id));
        await alice.waitForSelector(bar(bobs.id));
        await alice.keyboard.press("n");
        await alice.fill("[name=title]", "half filled");
        await fits();
        await hand.drag({ gpu: "node1/0", hour: 64 }, { gpu: "node1/1", hour: 64 });
        await alice.waitForSelector(".booking-panel [role=alert]");
        await alice.keyboard.press("Escape");
        await fits();
        assert.equal(await alice.inputValue("[name=title]"), "half filled");
    });

    it("shows another's booking in the draft's place at once", async () => {
        await hand.drag({ gpu: "node2/0", hour: 60.5 }, { gpu: "node2/1", hour: 67 });
        await fits();
        await book("bob", ["node2/1"], 62, 2, "faster");
        await alice.waitForSelector(".ghost.clash");
        assert.match((await alice.textContent(".verdict"))!, /faster .* of bob/);
    });

    it("speaks Chinese", async () => {
        const fang = await stage.visit({ user: "wang.fang", locale: "zh-CN", colorScheme: "dark" });
        await fang.click(".book-button");
        await fang.waitForSelector(".verdict[data-verdict=fits]");
        assert.equal((await fang.textContent(".booking-panel h2"))!.trim(), "新建预约");
        assert.match((await fang.textContent(".verdict"))!, /可以预约：这些 GPU 空闲。/);
        assert.equal((await fang.textContent(".book-submit"))!.trim(), "预约");
        await fang.context().close();
    });
});
