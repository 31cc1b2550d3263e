/** Booking where jobs run in containers of a cluster: the form asks for what a container needs. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { Hand } from "./hand";
import { skip, Stage } from "./visit";
import { nextWeek } from "./week_of_work";

describe("booking a container", { skip, timeout: 180_000 }, () => {
    let stage: Stage;
    let week: Awaited<ReturnType<typeof nextWeek>>;

    before(async () => {
        stage = await Stage.start({ zone: "Asia/Shanghai", nodes: 2, gpusPerNode: 4 });
        week = await nextWeek(stage.berth, "Asia/Shanghai");
        await stage.berth.moveClock(week.from + 32 * 3_600_000);
    });

    after(() => stage?.clear());

    /** The page of a site on a cluster. The server behind it runs processes, and refuses containers. */
    async function visit(locale: "en-GB" | "zh-CN", onCluster = true): Promise<{ page: Page; hand: Hand }> {
        const page = await stage.visit({ user: "alice", locale });
        if (onCluster) {
            await page.route("**/api/v1/site", async (route) => {
                const answer = await route.fetch();
                const site = (await answer.json()) as object;
                await route.fulfill({ json: { ...site, runs_on: "kubernetes", image: "site-yolo:1" } });
            });
            await page.reload();
            await page.waitForSelector("html[data-connection=live]");
        }
        const hand = new Hand(page, week);
        await hand.drag({ gpu: "node2/0", hour: 60.5 }, { gpu: "node2/1", hour: 63 });
        await page.waitForSelector(".verdict");
        return { page, hand };
    }

    it("sends its image, volumes and secrets, and says what the server thinks of them", async () => {
        const { page } = await visit("en-GB");
        await page.click("[data-workload=command]");
        await page.getByLabel("Command line").fill("python train.py");
        assert.equal(await page.getAttribute("[name=image]", "placeholder"), "site-yolo:1");
        await page.fill("[name=image]", "yolo:8.3");
        await page.fill("[name=volumes]", "coco:/data:ro");
        await page.fill("[name=secrets]", "wandb");
        const sent = page.waitForRequest(
            (request) => request.method() === "POST" && request.url().endsWith("/api/v1/reservations"),
        );
        await page.click(".book-submit");
        const { workload, gpus } = (await sent).postDataJSON() as { workload: object; gpus: object };
        assert.deepEqual(workload, {
            kind: "command",
            argv: ["python", "train.py"],
            image: "yolo:8.3",
            volumes: [{ claim: "coco", mount: "/data", read_only: true }],
            secrets: ["wandb"],
        });
        assert.deepEqual(gpus, { ids: ["node2/0", "node2/1"], count: 2 });
        await page.waitForFunction(() => /leave out the image/.test(document.body.textContent ?? ""));
        await page.context().close();
    });

    it("asks for nodes by the GPUs on each, in Chinese as well", async () => {
        const { page } = await visit("zh-CN");
        await page.click("[data-which=any]");
        await page.fill("[name=nodes]", "2");
        await page.press("[name=nodes]", "Tab");
        assert.equal(await page.inputValue("[name=each]"), "2");
        await page.fill("[name=each]", "4");
        await page.press("[name=each]", "Tab");
        assert.equal(await page.inputValue("[name=count]"), "8");
        assert.equal(await page.locator("[name=together]").count(), 0);
        assert.match((await page.textContent(".book-body")) ?? "", /节点数/);
        await page.click("[data-workload=yolo]");
        assert.match((await page.textContent(".book-body")) ?? "", /镜像/);
        await page.context().close();
    });

    it("shows every line of what is given to it", async () => {
        const { page } = await visit("en-GB");
        await page.click("[data-workload=command]");
        await page.fill("[name=volumes]", "coco:/data:ro\nhelmets:/helmets:ro\nresults:/out");
        await page.fill("[name=secrets]", "wandb\nhub");
        for (const name of ["volumes", "secrets"]) {
            const hidden = await page.locator(`[name=${name}]`).evaluate((field) => field.scrollHeight - field.clientHeight);
            assert.ok(hidden <= 1, `${hidden} px of ${name} are hidden`);
        }
        await page.context().close();
    });

    it("has none of it where jobs are processes", async () => {
        const { page } = await visit("en-GB", false);
        await page.click("[data-workload=command]");
        await page.click("[data-which=any]");
        for (const name of ["image", "volumes", "secrets", "nodes"]) {
            assert.equal(await page.locator(`[name=${name}]`).count(), 0, name);
        }
        await page.context().close();
    });

    it("says in the page's language that a gang does not fit", async () => {
        const start = new Date(week.from + 60 * 3_600_000).toISOString().replace(".000Z", "Z");
        await stage.berth.book("bowen", { title: "in the way", gpus: { ids: ["node1/0"] }, start, hours: 4 });
        const { page } = await visit("zh-CN");
        await page.click("[data-which=any]");
        await page.fill("[name=nodes]", "2");
        await page.press("[name=nodes]", "Tab");
        await page.fill("[name=each]", "4");
        await page.press("[name=each]", "Tab");
        await page.waitForSelector(".verdict[data-verdict=clash]");
        assert.match(await page.innerText(".verdict"), /该时段没有足够的空闲 GPU/);
        await page.context().close();
    });
});
