/** My work on the real berthd: what a person is asked, what they see of their jobs, and what they do. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import type { Booked } from "./real_berthd";
import { skip, Stage } from "./visit";
import { nextWeek } from "./week_of_work";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const ZONE = "Asia/Shanghai";

describe("my work on the real berthd", { skip, timeout: 180_000 }, () => {
    let stage: Stage;
    let start: number;

    before(async () => {
        stage = await Stage.start({ zone: ZONE, nodes: 2, gpusPerNode: 4 });
        start = (await nextWeek(stage.berth, ZONE)).from + 32 * HOUR;
        await stage.berth.moveClock(start);
    });

    after(async () => {
        await stage?.clear();
    });

    const book = (user: string, title: string, gpus: object, hours: number, more: object = {}) =>
        stage.berth.book(user, { title, team: `${user}s`, gpus, start: "now", hours, ...more });
    const inHours = (hours: number) => ({ start: textOf(start + hours * HOUR) });
    const work = (user: string, id = "") => stage.visit({ user, path: `#/work${id && `/${id}`}` });
    const needs = (page: Page, kind: string, id: string) => page.locator(`.need[data-need="${kind}"][data-id="${id}"]`);
    const row = (page: Page, section: string, id: string) =>
        page.locator(`section[aria-labelledby="work-${section}"] .work-row[data-id="${id}"]`);
    const show = (id: string) => stage.berth.call<Booked & { owner: string }>("GET", `reservations/${id}`);

    it("asks who sits there, and says to whoever has nothing how to book", async () => {
        const page = await work("");
        await page.fill(".work-who input", "newcomer");
        await page.click(".work-who button");
        await page.waitForSelector(".work-empty");
        assert.match((await page.textContent(".work-empty code"))!, /^berth reserve --gpus 1 --start now/);
        await page.click(".work-empty a");
        await page.waitForSelector(".tracks");
        await page.context().close();
    });

    it("offers the window that became free, counts down by the site's clock, and takes the yes", async () => {
        const held = await book("bob", "the whole node", { ids: ["node1/0", "node1/1"] }, 4);
        const wish = { on_conflict: "wait", wait: { latest_start: inHours(2).start, mode: "offer" } };
        const { id } = await book("alice", "yolov8x", { ids: ["node1/0", "node1/1"] }, 4, wish);
        const page = await work("alice");
        await row(page, "waiting", id).waitFor();
        assert.match((await row(page, "waiting", id).textContent())!, /Place 1/);

        await stage.berth.call("POST", `reservations/${held.id}/cancel`, {}, { "x-berth-user": "bob" });
        await needs(page, "offer", id).waitFor();
        const timer = needs(page, "offer", id).locator(".countdown strong");
        assert.equal(await timer.textContent(), "15:00");
        await stage.berth.moveClock(start + 5 * MINUTE);
        // The page hears what time it is with the next thing that happens.
        await book("bob", "elsewhere", { count: 1 }, 2, inHours(90));
        await page.waitForFunction(() => document.querySelector(".countdown strong")?.textContent === "10:00");

        await needs(page, "offer", id).getByRole("button", { name: "Accept" }).click();
        await needs(page, "offer", id).waitFor({ state: "detached" });
        assert.match((await show(id)).state, /confirmed|starting|running/);
        await page.context().close();
    });

    it("asks the second person, who accepts what the first hands over", async () => {
        const { id } = await book("alice", "handed over", { count: 1 }, 2, inHours(4));
        const carol = await work("carol");
        await carol.waitForSelector(".work-empty");
        const alice = await work("alice", id);
        await alice.getByRole("button", { name: "Hand over…" }).click();
        await alice.locator('.dialog [name="to_user"]').fill("carol");
        await alice.locator('.dialog [name="to_team"]').fill("carols");
        await alice.locator(".dialog").getByRole("button", { name: "Hand over" }).click();
        await alice.waitForFunction(() => document.querySelector(".standing")?.textContent?.includes("waits for their answer"));

        await needs(carol, "transfer", id).waitFor();
        assert.match((await needs(carol, "transfer", id).textContent())!, /alice hands handed over \(r-\d+\) over to you/);
        await needs(carol, "transfer", id).getByRole("button", { name: "Accept" }).click();
        await row(carol, "upcoming", id).waitFor();
        assert.equal((await show(id)).owner, "carol");
        await alice.waitForFunction(() => document.querySelector(".history")?.textContent?.includes("Handed over"));
        await alice.context().close();
        await carol.context().close();
    });

    it("cancels what comes up, unless it is taken back", async () => {
        const { id } = await book("dora", "to be cancelled", { count: 1 }, 2, inHours(8));
        const page = await work("dora");
        await row(page, "upcoming", id).getByRole("button", { name: "Cancel" }).click();
        await page.waitForSelector(`.work-row.leaving[data-id="${id}"]`);
        await page.getByRole("button", { name: "Undo" }).click();
        await page.waitForSelector(`.work-row.leaving[data-id="${id}"]`, { state: "detached" });
        assert.equal((await show(id)).state, "confirmed");
        await row(page, "upcoming", id).getByRole("button", { name: "Cancel" }).click();
        await page.waitForSelector(".toast-undo");
        // Whoever leaves the page does not take it back.
        await page.goto(`${stage.berth.address}healthz`);
        await stage.berth.untilState(id, "cancelled");
        await page.context().close();
    });

    it("shows what a job writes as it writes it, and its progress", async () => {
        const { id } = await book("erin", "a training", { ids: ["node2/0"] }, 6, { workload: stage.berth.job });
        await stage.berth.untilState(id, "running");
        const page = await work("erin", id);
        const lines = page.locator(".log-lines");
        await stage.berth.say(id, "\x1b[34m\x1b[1mtrain:\x1b[0m scanning\n  0%|          | 0/10");
        await page.waitForSelector(".log-line .ansi-4.ansi-bold");
        await stage.berth.say(id, "\r 50%|#####     | 5/10\r100%|##########| 10/10\ndone with epoch 1 第一轮\n");
        await lines.getByText("done with epoch 1 第一轮").waitFor();
        assert.deepEqual(await lines.locator(".log-line").allTextContents(), [
            "train: scanning",
            "100%|##########| 10/10",
            "done with epoch 1 第一轮",
        ]);

        const many = Array.from({ length: 200 }, (_, i) => `line ${i}\n`).join("");
        await stage.berth.say(id, many);
        await lines.getByText("line 199", { exact: true }).waitFor();
        const atEnd = () => lines.evaluate((it) => it.scrollTop + it.clientHeight >= it.scrollHeight - 8);
        assert.ok(await atEnd(), "the end stays in view");
        await lines.evaluate((it) => (it.scrollTop = 0));
        await page.waitForSelector(".log-end");
        await stage.berth.say(id, "later\n");
        await lines.getByText("later", { exact: true }).waitFor();
        assert.ok(!(await atEnd()), "whoever reads above is left there");
        await page.click(".log-end");
        assert.ok(await atEnd());

        const list = await work("erin");
        await stage.berth.progress(id, { epoch: 3, epochs: 10, eta_seconds: 3600 });
        await page.waitForSelector('.standing [role="progressbar"][aria-valuenow="30"]');
        await list.waitForSelector(`.work-row[data-id="${id}"] [role="progressbar"][aria-valuenow="30"]`);
        await stage.berth.endJob(id, 0);
        await stage.berth.untilState(id, "completed");
        await page.getByText("complete", { exact: true }).waitFor();
        await row(list, "ended", id).waitFor();
        await list.context().close();
        await page.context().close();
    });

    it("draws the curves epoch by epoch, and has them as a table", async () => {
        const { id } = await book("erin", "curves", { ids: ["node2/1"] }, 4, { workload: stage.berth.job });
        const report = (epoch: number) => ({
            epoch, epochs: 10, eta_seconds: 60,
            losses: { "train/box_loss": 2 / epoch },
            metrics: { "metrics/mAP50(B)": epoch / 16, "metrics/mAP50-95(B)": epoch / 32, "val/box_loss": 3 / epoch },
        });
        await stage.berth.progress(id, report(1));
        const page = await work("erin", id);
        await page.waitForSelector('.curve[data-title="mAP"] canvas');
        await stage.berth.progress(id, report(2));
        await page.waitForFunction(() =>
            document.querySelector('.curve[data-title="mAP"] [role="img"]')?.getAttribute("aria-label")?.includes("epochs 1 to 2; last: mAP50 0.125"),
        );
        assert.deepEqual(await page.locator('.curve[data-title="box_loss"] .curve-legend li').allTextContents(), ["train1", "val1.5"]);
        await page.locator(".curves-table summary").click();
        await page.waitForSelector(".curves-table tbody tr");
        const head = await page.locator(".curves-table thead th").allTextContents();
        const cells = await page.locator(".curves-table tbody tr").first().locator("th, td").allTextContents();
        assert.equal(cells[head.indexOf("metrics/mAP50(B)")], "0.125");
        assert.equal(cells[0], "2");
        await stage.berth.endJob(id, 0);
        await page.context().close();
    });

    it("warns of a job that will miss its end, and extends it", async () => {
        const { id } = await book("erin", "too slow", { ids: ["node2/2"] }, 4, { workload: stage.berth.job });
        const before = Date.parse((await show(id)).end);
        const needed = before + 3 * HOUR - (await stage.berth.now());
        await stage.berth.progress(id, { epoch: 1, epochs: 10, eta_seconds: needed / 1000 });
        const page = await work("erin");
        await page.waitForSelector(`.work-row[data-id="${id}"] .work-late`);
        await row(page, "running", id).getByRole("button", { name: "Extend by 4 h" }).click();
        await page.waitForSelector(`.work-row[data-id="${id}"] .work-late`, { state: "detached" });
        assert.equal(Date.parse((await show(id)).end) - before, 4 * HOUR);
        await stage.berth.endJob(id, 0);
        await page.context().close();
    });

    it("tells of a failed job its last words", async () => {
        const { id } = await book("finn", "fails", { ids: ["node2/3"] }, 4, { workload: stage.berth.job });
        await stage.berth.untilState(id, "running");
        await stage.berth.say(id, "epoch 1\n\x1b[31mRuntimeError: CUDA out of memory\x1b[0m\n");
        await stage.berth.endJob(id, 3);
        await stage.berth.untilState(id, "failed");
        const page = await work("finn");
        await row(page, "ended", id).getByText("RuntimeError: CUDA out of memory").waitFor();
        assert.match((await row(page, "ended", id).textContent())!, /Failed.*exit code 3/);
        await page.context().close();
    });

    it("asks whoever booked GPUs to work by hand whether they are there", async () => {
        const { id } = await book("gina", "a notebook", { ids: ["node1/3"] }, 4);
        await stage.berth.untilState(id, "running");
        const page = await work("gina");
        await needs(page, "check-in", id).getByRole("button", { name: "I am here" }).click();
        await needs(page, "check-in", id).waitFor({ state: "detached" });
        await row(page, "running", id).waitFor();
        await page.context().close();
    });

    it("counts down until a job must leave for a P0, and says where its work goes on", async () => {
        const gpus = { ids: ["node2/2"] };
        const { id } = await book("ivan", "to be evicted", gpus, 8, { workload: stage.berth.job });
        await stage.berth.progress(id, { epoch: 1, epochs: 10, eta_seconds: 3600 });
        const page = await work("ivan");
        await row(page, "running", id).waitFor();
        const who = { "x-berth-user": "zoe" };
        const wish = { title: "urgent", team: "zoes", priority: "P0", gpus, start: "now", hours: 2 };
        const { eviction } = await stage.berth.call<{ eviction: { plan: string } }>("POST", "plan", wish, who);
        await stage.berth.call("POST", "reservations", { plan: eviction.plan }, who);
        await needs(page, "notice", id).getByText("30:00").waitFor();
        assert.match((await needs(page, "notice", id).textContent())!, /must leave: a P0 takes its GPUs/);

        await stage.berth.endJob(id, 75);
        await row(page, "ended", id).getByText(/r-\d+ goes on with its work/).click();
        await page.getByRole("link", { name: `Continues ${id}` }).waitFor();
        await page.context().close();
    });

    it("is Chinese for who reads Chinese, and fits a phone", async () => {
        const { id } = await book("hua", "夜间行人检测", { ids: ["node1/2"] }, 4, { workload: stage.berth.job });
        await stage.berth.progress(id, { epoch: 3, epochs: 10, eta_seconds: 3600 });
        const phone = { width: 390, height: 844 };
        const page = await stage.visit({ user: "hua", path: "#/work", locale: "zh-CN", viewport: phone, touch: true });
        await row(page, "running", id).getByText("第 3 轮，共 10 轮").waitFor();
        assert.equal(await page.textContent(".work-heading"), "我的任务");
        await row(page, "running", id).getByText("夜间行人检测").click();
        await page.waitForSelector(".history");
        assert.match((await page.textContent(".history"))!, /已预约 · hua/);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        assert.ok(!wide, "nothing is wider than the phone");
        await page.context().close();
        await stage.berth.endJob(id, 0);
    });

    it("says of one that is not there that it is not there", async () => {
        const page = await work("alice", "r-9999");
        await page.getByText(/r-9999/).first().waitFor();
        assert.match((await page.textContent(".work-unknown"))!, /there is no|no reservation|not/i);
        await page.context().close();
    });
});

function textOf(instant: number): string {
    return new Date(instant).toISOString().replace(".000Z", "Z");
}
