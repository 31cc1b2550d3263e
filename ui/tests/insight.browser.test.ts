/** Heat map, reports and audit record on a real berthd that has lived half a week. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import type { Download, Page } from "playwright-core";
import { heatAnswer } from "./example_reports";
import { skip, Stage } from "./visit";
import { liveTheWeek, nextWeek } from "./week_of_work";

const ZONE = "Asia/Shanghai";
const NODES = 8;
const HOURS = 168;

describe("heat map, reports and audit", { skip, timeout: 180_000 }, () => {
    let stage: Stage;

    before(async () => {
        stage = await Stage.start({ zone: ZONE, nodes: NODES, gpusPerNode: 4 });
        await liveTheWeek(stage.berth, await nextWeek(stage.berth, ZONE));
    });
    after(() => stage?.clear());

    const save = async (page: Page): Promise<{ name: string; lines: string[] }> => {
        const [download] = await Promise.all([page.waitForEvent("download"), page.click("button.csv")]);
        return { name: download.suggestedFilename(), lines: await linesOf(download) };
    };

    describe("the heat map", () => {
        it("shows all GPUs first, then every node, and says what to buy", async () => {
            const page = await stage.visit({ path: "#/heat-map" });
            await page.waitForSelector(".heat-of-rows .heat-name");
            const names = await page.locator(".heat-of-rows [role=rowheader]").allTextContents();
            assert.deepEqual(names, ["All GPUs", ...Array.from({ length: NODES }, (_, i) => `node${i + 1}`)]);
            assert.match((await page.textContent(".advice"))!, /What to buy next.*A100: /s);
            assert.match((await page.textContent(".tiles"))!, /Booked\d+%32 GPUs/);
            assert.equal(await page.locator(".trend .chart-day").count(), 5);
        });

        it("tells each hour to the keyboard, and shows a row's own week", async () => {
            const page = await stage.visit({ path: "#/heat-map" });
            const grid = page.locator(".heat-of-rows [role=grid]");
            await grid.focus();
            const said = () => page.locator(".heat-of-rows [role=gridcell]").getAttribute("aria-label");
            assert.match((await said())!, /^All GPUs · Mon 0–1: /);
            for (const key of ["ArrowDown", "Shift+ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
            assert.match((await said())!, /^node1 · Tue 1–2: \d+% booked, \d+% used$/);
            const active = await grid.getAttribute("aria-activedescendant");
            assert.equal(await page.locator(".heat-of-rows [role=gridcell]").getAttribute("id"), active);
            assert.equal(await page.textContent(".heat-tip"), await said());
            await page.keyboard.press("End");
            assert.match((await said())!, /^node1 · Sun 23–24: /);
            await page.keyboard.press("Enter");
            await page.getByRole("heading", { name: "The week: node1" }).waitFor();
            await page.keyboard.press("Escape");
            assert.equal(await page.locator(".heat-tip").count(), 0);
        });

        it("says what the pointer is on", async () => {
            const page = await stage.visit({ path: "#/heat-map" });
            await page.locator(".heat-of-week .heat-body").hover({ position: { x: 4, y: 27 * 2 + 8 } });
            assert.match((await page.textContent(".heat-tip"))!, /^Wed 0–1: \d+% booked, \d+% used$/);
        });

        it("keeps what is shown in its address: teams, what was really used, other days", async () => {
            const page = await stage.visit({ path: "#/heat-map" });
            await page.click("[data-choice=team]");
            await page.waitForSelector(".heat-name[data-row=vision]");
            await page.click("[data-choice=used]");
            await page.click("[data-choice=days]");
            await page.fill("input[name=first]", "2026-11-23");
            await page.waitForFunction(() => location.hash.includes("from=2026-11-23"));
            assert.match(page.url(), /by=team/);
            assert.match(page.url(), /what=used/);
            const again = await stage.visit({ path: new URL(page.url()).hash });
            await again.waitForSelector(".heat-name[data-row=vision]");
            assert.equal(await again.getAttribute("[data-choice=used]", "aria-pressed"), "true");
            assert.equal(await again.inputValue("input[name=first]"), "2026-11-23");
        });

        it("is saved as a table: a line for every row and hour", async () => {
            const page = await stage.visit({ path: "#/heat-map" });
            await page.waitForSelector(".heat-of-rows .heat-name");
            const { name, lines } = await save(page);
            assert.match(name, /^berth-heat-map-node-\d{4}-\d\d-\d\d\.csv$/);
            assert.equal(lines[0], "node,day,hour,booked,used");
            assert.equal(lines.length, 1 + (NODES + 1) * HOURS);
            assert.match(lines[1 + 24]!, /^node1,Tue,0,/);
        });

        it("tells the same as numbers", async () => {
            const page = await stage.visit({ path: "#/heat-map" });
            await page.click(".as-table summary");
            await page.locator(".as-table").getByRole("row", { name: /^All GPUs 32 / }).waitFor();
            await page.click(".as-table [data-column=name]");
            assert.match((await page.textContent(".as-table tbody tr:last-child"))!, /^node8/);
        });

        it("is as light with 777 nodes as with eight", async () => {
            const page = await stage.visit();
            await page.route("**/reports/heatmap?*", (route) => route.fulfill({ json: heatAnswer("node", 777) }));
            await page.evaluate(() => (location.hash = "#/heat-map"));
            await page.waitForSelector(".heat-name[data-row=node12]");
            assert.ok((await page.locator(".heat-of-rows *").count()) < 800);
            await page.locator(".heat-of-rows [role=grid]").focus();
            await page.keyboard.press("Control+End");
            await page.waitForSelector(".heat-name[data-row=node777].lit");
            assert.match((await page.textContent(".heat-tip"))!, /^node777 · Sun 23–24: /);
        });

        it("says so when the server is too old for it", async () => {
            const page = await stage.visit();
            await page.route("**/reports/**", (route) => route.fulfill({ status: 404, json: { detail: "nothing here" } }));
            await page.evaluate(() => (location.hash = "#/heat-map"));
            assert.match((await page.textContent(".state-problem"))!, /older than this page/);
        });

        it("shows the server's sentence about a period that is too long", async () => {
            const page = await stage.visit({ path: "#/heat-map?from=2024-01-01&to=2026-01-01" });
            assert.match((await page.textContent(".state-problem"))!, /366 days/);
        });
    });

    describe("the reports", () => {
        it("show the figures by team and by person, in any order", async () => {
            const page = await stage.visit({ path: "#/reports" });
            const people = page.getByRole("region", { name: "By person" });
            await people.waitFor();
            assert.match((await page.textContent(".tiles"))!, /Cancellations\d+of 3\d reservations/);
            const first = () => people.locator("tbody tr").first().textContent();
            const most = await first();
            await people.locator("[data-column=booked]").click();
            assert.notEqual(await first(), most);
            assert.equal(await people.locator("th:has([data-column=booked])").getAttribute("aria-sort"), "ascending");
            await people.locator("[data-column=name]").click();
            assert.match((await first())!, /^alicevision/);
        });

        it("are saved as a table", async () => {
            const page = await stage.visit({ path: "#/reports" });
            await page.waitForSelector(".figure-table");
            const { lines } = await save(page);
            assert.match(lines[0]!, /^about,name,team,from,reservations,/);
            assert.ok(lines.some((line) => line.startsWith("person,wang.fang,vision,")));
        });
    });

    describe("the audit record", () => {
        const rows = ".audit-row";
        const kinds = (page: Page) => page.locator(rows).evaluateAll((all) => [...new Set(all.map((row) => (row as HTMLElement).dataset["kind"]))]);

        it("lists what happened, newest first, and goes on to the very beginning", async () => {
            const page = await stage.visit({ path: "#/audit" });
            await page.waitForSelector(rows);
            for (;;) {
                const end = page.getByText("That is the whole record.");
                const more = page.getByRole("button", { name: "Load more" });
                await end.or(more).or(page.locator(".audit .state-loading")).first().waitFor();
                if (await end.count()) break;
                const before = await page.locator(rows).count();
                await page.evaluate(() => document.querySelector(".sheet")!.scrollTo(0, 1e6));
                await page.waitForFunction(
                    (known) => document.querySelectorAll(".audit-row").length > known ||
                        document.querySelector(".sheet")!.textContent!.includes("That is the whole record."),
                    before,
                );
            }
            const sequences = await page.locator(rows).evaluateAll((all) => all.map((row) => Number((row as HTMLElement).dataset["sequence"])));
            assert.equal(sequences.at(-1), 1);
            assert.deepEqual(sequences, [...sequences].sort((a, b) => b - a));
            assert.equal(new Set(sequences).size, sequences.length);
            assert.ok(sequences.length > 200);
        });

        it("is narrowed by each filter, which its address keeps", async () => {
            const page = await stage.visit({ path: "#/audit" });
            await page.selectOption("select[name=event]", "reservation_ended");
            await page.waitForFunction(() => document.querySelector(".audit-row")?.getAttribute("data-kind") === "reservation_ended");
            assert.deepEqual(await kinds(page), ["reservation_ended"]);
            await page.fill("input[name=q]", "superseded");
            await page.keyboard.press("Enter");
            await page.waitForFunction(() => document.querySelectorAll(".audit-row").length === 1);
            assert.match((await page.textContent(rows))!, /haruto.*Ended.*Cancelled.*superseded by v2/);
            assert.match(page.url(), /#\/audit\?kind=reservation_ended&q=superseded$/);
            await page.fill("input[name=actor]", "alice");
            await page.keyboard.press("Enter");
            await page.getByText("Nothing in the record fits these filters.").waitFor();
            await page.getByRole("button", { name: "Clear filters" }).click();
            await page.waitForFunction(() => document.querySelectorAll(".audit-row").length > 50);
        });

        it("knows team, GPU, reservation, command and days", async () => {
            const page = await stage.visit({ path: "#/audit?team=retail&command=reserve" });
            await page.waitForSelector(rows);
            assert.deepEqual(await kinds(page), ["reservation_confirmed"]);
            assert.match((await page.textContent(".audit-table tbody"))!, /ines/);
            const gpu = await stage.visit({ path: "#/audit?gpu=node4%2F0&command=reserve" });
            await gpu.waitForSelector(rows);
            assert.match((await gpu.textContent(rows))!, /fatima.*node4\/0–3/);
            const one = await stage.visit({ path: "#/audit?reservation=r-1&to=2000-01-01" });
            await one.getByText("Nothing in the record fits these filters.").waitFor();
            const bad = await stage.visit({ path: "#/audit?reservation=seventeen" });
            assert.match((await bad.textContent(".state-problem"))!, /\w+/);
        });

        it("opens a row: before, after, and the event as it is kept", async () => {
            const page = await stage.visit({ path: "#/audit?kind=reservation_ended&q=superseded" });
            await page.locator(".open-row").click();
            await page.waitForSelector(".before-after");
            assert.match((await page.textContent(".before-after"))!, /StateConfirmed→Cancelled.*given back/);
            assert.match((await page.textContent(".raw pre"))!, /"state": "cancelled"/);
            const id = await page.textContent(".cell-reservation a");
            assert.equal(await page.getAttribute(".cell-reservation a", "href"), `#/work/${id}`);
        });

        it("tells of new rows, and shows them when asked to", async () => {
            const page = await stage.visit({ path: "#/audit?actor=zoe" });
            await page.getByText("Nothing in the record fits these filters.").waitFor();
            const start = new Date((await stage.berth.now()) + 30 * 86_400_000).toISOString().slice(0, 11) + "00:00:00Z";
            const wish = { title: "later", team: "vision", gpus: { count: 1 }, start, hours: 2 };
            await stage.berth.book("zoe", wish);
            await page.getByRole("button", { name: "1 new row" }).click();
            assert.match((await page.textContent(rows))!, /zoe.*Booked.*later/);
            assert.equal(await page.locator(".fresh-button").count(), 0);
        });

        it("is saved as a table with the same filters", async () => {
            const page = await stage.visit({ path: "#/audit?actor=alice&command=reserve" });
            await page.waitForSelector(rows);
            const count = await page.locator(rows).count();
            const { lines } = await save(page);
            assert.equal(lines[0], "sequence,time,actor,command,reason,reservation,kind,event");
            assert.equal(lines.length, 1 + count);
            assert.ok(lines.slice(1).every((line) => line.includes(",alice,reserve,")));
        });
    });

    it("speak Chinese", async () => {
        const heat = await stage.visit({ locale: "zh-CN", colorScheme: "dark", path: "#/heat-map" });
        await heat.waitForSelector(".heat-of-rows .heat-name");
        assert.match((await heat.textContent(".insight"))!, /接下来该买什么.*已预约.*最忙时段.*一周负载：全部 GPU/s);
        const reports = await stage.visit({ locale: "zh-CN", path: "#/reports" });
        await reports.getByRole("region", { name: "按团队" }).waitFor();
        const audit = await stage.visit({ locale: "zh-CN", path: "#/audit?kind=reservation_ended&q=superseded" });
        await audit.waitForSelector(".audit-row");
        assert.match((await audit.textContent(".audit-row"))!, /结束已取消/);
    });

    it("are usable on a phone", async () => {
        for (const path of ["#/heat-map", "#/reports", "#/audit"]) {
            const page = await stage.visit({ path, viewport: { width: 390, height: 844 }, touch: true });
            await page.waitForSelector(".heat-of-rows .heat-name, .figure-table, .audit-row");
            const overflow = await page.evaluate(() => {
                const sheet = document.querySelector(".sheet")!;
                return sheet.scrollWidth - sheet.clientWidth;
            });
            assert.ok(overflow <= 0, `${path} is ${overflow} px too wide`);
        }
    });
});

async function linesOf(download: Download): Promise<string[]> {
    const text = await readFile(await download.path(), "utf8");
    assert.equal(text[0], "\ufeff", "spreadsheets need the mark to read Chinese");
    return text.slice(1).trimEnd().split("\r\n");
}
