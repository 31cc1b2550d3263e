/** The built page in a real browser, against a server that plays the contract. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, afterEach, before, describe, it } from "node:test";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { TimeScale, weekOf } from "../src/time/time_scale";
import { dateFromText } from "../src/time/zone";
import { siteOf, textOf, type Site } from "./fleet_generator";
import { PlayServer } from "./play_server";

const HOUR = 3_600_000;
const NOW = Date.parse("2026-11-25T12:05:00Z");
const ZONE = "Asia/Shanghai";
const WEEK = weekOf(dateFromText("2026-11-23")!, ZONE, 120);
const BROWSER = process.env["BERTH_CHROMIUM"] ?? "/usr/bin/chromium";
const skip = existsSync(BROWSER) || process.env["CI"] ? false : `there is no browser at ${BROWSER}`;

/** Three bookings whose places on the tracks are known. */
function smallSite(): Site {
    const { nodes } = siteOf({ nodes: 8, gpusPerNode: 4, from: 0, to: 0, now: 0 });
    const common = { priority: "P2", preemptible: true, progress: null };
    const when = (hours: number) => textOf(WEEK.from + hours * HOUR);
    return {
        nodes,
        reservations: [
            {
                ...common, id: "r-1", state: "running", title: "yolov8l coco", owner: "alice", team: "vision",
                gpus: [1, 2, 3], start: when(60), end: when(92),
                progress: { epoch: 3, epochs: 10, eta_seconds: 7200 },
            },
            {
                ...common, id: "r-2", state: "confirmed", title: "<img src=x onerror=alert(1)>", owner: "bowen",
                team: "speech", gpus: [0, 4], start: when(96), end: when(120),
            },
            {
                ...common, id: "r-3", state: "completed", title: "夜间行人检测", owner: "王芳", team: "vision",
                gpus: [0], start: when(-10), end: when(20),
            },
            {
                ...common, id: "r-9", state: "confirmed", title: "next week", owner: "bowen", team: "speech",
                gpus: [7], start: when(7 * 24 + 10), end: when(7 * 24 + 30),
            },
        ],
    };
}

interface Visit {
    readonly server: PlayServer;
    readonly page: Page;
    /** Ends the visit; fails if the browser complained about anything meanwhile. */
    leave(): Promise<void>;
}

describe("the page in a browser", { skip, timeout: 60_000 }, () => {
    let browser: Browser;
    /** What a visit leaves behind when its test fails half way. */
    const leftovers: (() => Promise<void>)[] = [];

    before(async () => {
        browser = await chromium.launch({ executablePath: BROWSER, args: ["--no-sandbox"] });
    });

    after(async () => {
        await browser?.close();
    });

    afterEach(async () => {
        for (const clear of leftovers.splice(0)) await clear();
    });

    async function visit(site: Site, options: { path?: string; locale?: string } = {}): Promise<Visit> {
        const server = await PlayServer.start("dist", { now: NOW, zone: ZONE, site });
        const context: BrowserContext = await browser.newContext({
            viewport: { width: 1440, height: 900 },
            locale: options.locale ?? "en-GB",
            // Another zone than the site's, so that the page cannot be right by chance.
            timezoneId: "America/New_York",
            reducedMotion: "reduce",
        });
        const page = await context.newPage();
        const complaints: string[] = [];
        let expectLoss = false;
        page.on("pageerror", (error) => complaints.push(String(error)));
        page.on("console", (message) => {
            const lost = expectLoss && /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|ERR_EMPTY|ERR_CONNECTION_RESET/;
            if (lost && lost.test(message.text())) return;
            if (["error", "warning"].includes(message.type())) complaints.push(message.text());
        });
        const goAway = server.goAway.bind(server);
        server.goAway = () => ((expectLoss = true), goAway());
        page.setDefaultTimeout(8000);
        const clear = async () => {
            await context.close();
            await goAway();
        };
        leftovers.push(clear);
        await page.goto(server.address + (options.path ?? ""));
        await page.waitForSelector("html[data-connection=live]");
        return {
            server,
            page,
            leave: async () => {
                await clear();
                assert.deepEqual(complaints, []);
            },
        };
    }

    const bar = (page: Page, key: string) => page.locator(`.tracks .bar[data-key="${key}"]`);

    /** Waits until the bar lies where the week's scale and the GPU's name say. */
    async function liesAt(page: Page, key: string, gpu: string, start: number, end: number) {
        await bar(page, key).waitFor();
        const lanes = (await page.locator(".lanes").boundingBox())!;
        const scale = new TimeScale(WEEK.from, WEEK.to, lanes.width);
        const { left, right } = scale.stretch(start, end)!;
        const name = (await page.locator(`.name[title^="${gpu} "]`).boundingBox())!;
        await page.waitForFunction(
            ([selector, x, width, top, bottom]) => {
                const box = document.querySelector(selector)?.getBoundingClientRect();
                const close = (a: number, b: number) => Math.abs(a - b) <= 1.5;
                return box && close(box.left, x) && close(box.width, width) && box.top >= top && box.top < bottom;
            },
            [
                `.tracks .bar[data-key="${key}"]`, lanes.x + left, right - left - 1, name.y, name.y + name.height,
            ] as const,
        );
    }

    it("draws every booking on its tracks at its time", async () => {
        const { page, leave } = await visit(smallSite());
        await liesAt(page, "r-1@1", "node1/1", WEEK.from + 60 * HOUR, WEEK.from + 92 * HOUR);
        await liesAt(page, "r-2@0", "node1/0", WEEK.from + 96 * HOUR, WEEK.from + 120 * HOUR);
        await liesAt(page, "r-2@4", "node2/0", WEEK.from + 96 * HOUR, WEEK.from + 120 * HOUR);
        await liesAt(page, "r-3@0", "node1/0", WEEK.from, WEEK.from + 20 * HOUR);
        const spanning = (await bar(page, "r-1@1").boundingBox())!;
        const last = (await page.locator('.name[title^="node1/3 "]').boundingBox())!;
        assert.ok(spanning.y + spanning.height > last.y + last.height / 2, "spans its three tracks");

        const days = await page.locator(".day").allTextContents();
        assert.equal(days[0], "Mon 23 Nov");
        assert.equal(await page.locator(".day.today").textContent(), "Wed 25 Nov");
        assert.equal(await page.locator(".clock-time").textContent(), "20:05:00");
        assert.equal(await page.locator(".now-flag").textContent(), "20:05");
        assert.equal(await page.locator(".simulated").textContent(), "No GPU here: the CPU stands in");
        assert.deepEqual(await page.locator(".chip").allTextContents(), ["speech", "vision"]);
        assert.equal(await page.locator(".tracks img").count(), 0, "titles are text");
        await leave();
    });

    it("shows a booking's card under the pointer and under the focus", async () => {
        const { page, leave } = await visit(smallSite());
        const card = page.locator(".card");
        await bar(page, "r-1@1").hover();
        await card.waitFor();
        const text = await card.innerText();
        const expected = [
            "Running", "r-1", "yolov8l coco", "alice", "vision", "P2 · may be preempted", "(32 h)",
            "node1/1–3", "Epoch 3 of 10 · about 2 h left", "Wed 25 Nov 12:00 – Thu 26 Nov 20:00",
        ];
        for (const part of expected) assert.ok(text.includes(part), `${part} in ${text}`);
        await page.mouse.move(720, 20);
        await card.waitFor({ state: "hidden" });

        await page.locator('.tracks .bar[tabindex="0"]').focus();
        assert.equal(await page.locator('.tracks .bar[tabindex="0"]').count(), 1);
        const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset["key"]);
        assert.equal(await focused(), "r-3@0");
        await page.keyboard.press("ArrowRight");
        assert.equal(await focused(), "r-2@0");
        await page.keyboard.press("ArrowDown");
        assert.equal(await focused(), "r-1@1");
        await page.keyboard.press("ArrowDown");
        assert.equal(await focused(), "r-2@4");
        await card.waitFor();
        assert.match((await card.textContent())!, /<img src=x/);
        const label = await page.evaluate(() => document.activeElement!.getAttribute("aria-label"));
        assert.equal(
            label,
            "<img src=x onerror=alert(1)>, Confirmed, team speech, bowen, P2, " +
                "Fri 27 Nov 00:00 – Sat 28 Nov 00:00 (24 h), node1/0, node2/0",
        );
        await page.keyboard.press("Enter");
        await page.waitForSelector(".card.pinned");
        await page.keyboard.press("Escape");
        await card.waitFor({ state: "hidden" });
        await leave();
    });

    it("moves, adds and fills bars as events come, without asking for the calendar again", async () => {
        const { page, server, leave } = await visit(smallSite());
        await bar(page, "r-2@4").waitFor();
        const asked = () => server.asked.filter((path) => path.includes("/calendar")).length;
        const before = asked();
        const [start, end] = [WEEK.from + 100 * HOUR, WEEK.from + 110 * HOUR];
        server.change("r-2", { start: textOf(start), end: textOf(end), gpus: [9] }, "reservation_moved");
        await liesAt(page, "r-2@9", "node3/1", start, end);
        assert.equal(await bar(page, "r-2@4").count(), 0);

        const { progress: _, ...model } = server.get("r-1");
        const fields = { ...model, title: "brand new", team: "mapping", gpus: [20] };
        server.change("r-50", fields, "some_kind_this_page_has_never_heard_of");
        await page.waitForSelector('.bar[data-key="r-50@20"]');
        await page.waitForSelector('.chip[data-team="mapping"]');

        server.progress("r-1", { epoch: 9, epochs: 10, eta_seconds: 60 });
        await page.waitForFunction(() => {
            const done = document.querySelector<HTMLElement>('.bar[data-key="r-1@1"] .done');
            return done?.style.width === "90%";
        });
        server.change("r-1", { state: "failed" }, "reservation_failed");
        await page.waitForSelector('.bar[data-key="r-1@1"].broken');
        assert.equal(asked(), before);
        assert.deepEqual(server.resumedFrom, ["100"]);
        await leave();
    });

    it("says that the connection is lost, heals, and has what happened meanwhile", async () => {
        const { page, server, leave } = await visit(smallSite());
        await bar(page, "r-2@0").waitFor();
        await server.goAway();
        await page.waitForSelector("html[data-connection=lost]");
        assert.match((await page.locator(".connection").textContent())!, /Connection lost/);
        assert.equal(await page.locator(".tracks .bar").count() > 0, true, "what was known stays");
        server.change("r-2", { gpus: [12] }, "reservation_moved");
        await server.comeBack();
        await page.waitForSelector("html[data-connection=live]");
        await bar(page, "r-2@12").waitFor();
        assert.equal(await page.locator(".state-text").textContent(), "Live");
        server.change("r-2", { gpus: [13] }, "reservation_moved");
        await bar(page, "r-2@13").waitFor();
        await leave();
    });

    it("goes from week to week, and keeps the week in the address", async () => {
        const { page, leave } = await visit(smallSite());
        await bar(page, "r-1@1").waitFor();
        await page.getByRole("button", { name: "Later", exact: true }).click();
        await bar(page, "r-9@7").waitFor();
        assert.equal(await page.locator(".week-name").textContent(), "30 November–6 December 2026");
        assert.equal(await bar(page, "r-1@1").count(), 0);
        assert.ok(await page.locator(".now-line").isHidden());
        await page.reload();
        await bar(page, "r-9@7").waitFor();
        await page.getByRole("button", { name: "Later", exact: true }).click();
        await page.waitForSelector('.notice[data-notice="nothing-booked"]:not([hidden])');
        assert.match((await page.locator(".notice code").textContent())!, /^berth reserve --gpus 1 /);
        await page.getByRole("button", { name: "Today", exact: true }).click();
        await bar(page, "r-1@1").waitFor();
        assert.doesNotMatch(page.url(), /date=/);
        await page.getByRole("button", { name: "Earlier", exact: true }).click();
        await bar(page, "r-3@0").waitFor();
        assert.match(page.url(), /date=2026-11-16/);
        await leave();
    });

    it("speaks the browser's language, switches, and remembers", async () => {
        const { page, leave } = await visit(smallSite(), { locale: "zh-CN" });
        await bar(page, "r-1@1").waitFor();
        assert.equal(await page.locator(".week-name").textContent(), "2026年11月23日–29日");
        assert.equal(await page.locator(".simulated").textContent(), "本机没有 GPU：由 CPU 代替");
        assert.match((await bar(page, "r-1@1").getAttribute("aria-label"))!, /运行中，团队 vision/);
        await page.getByRole("button", { name: "EN", exact: true }).click();
        await page.waitForSelector('html[lang="en-GB"]');
        assert.match((await bar(page, "r-1@1").getAttribute("aria-label"))!, /Running, team vision/);
        assert.equal(await page.locator(".nav.today").textContent(), "Today");
        await page.reload();
        await page.waitForSelector('html[lang="en-GB"]');
        await page.locator(".theme").click();
        await page.waitForSelector('html[data-theme="light"]');
        await page.locator(".theme").click();
        await page.waitForSelector('html[data-theme="dark"]');
        const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        assert.equal(await ground(), "rgb(13, 17, 23)");
        await leave();
    });

    it("folds nodes, singles out a team, and shows three days from today", async () => {
        const { page, leave } = await visit(smallSite());
        await bar(page, "r-1@1").waitFor();
        const node = page.getByRole("button", { name: "node1, 4 GPUs" });
        await node.click();
        await page.waitForFunction(() => !document.querySelector('.bar[data-key="r-1@1"]'));
        assert.equal(await node.getAttribute("aria-expanded"), "false");
        await node.click();
        await bar(page, "r-1@1").waitFor();
        await page.locator('.chip[data-team="speech"]').click();
        await page.waitForSelector('.bar[data-key="r-1@1"].off');
        assert.equal(await page.locator('.bar[data-key="r-2@0"].off').count(), 0);

        await page.getByRole("button", { name: "3 days", exact: true }).click();
        await page.waitForFunction(() => document.querySelector(".week-name")!.textContent === "25–27 November");
        await page.waitForFunction(() => {
            const edge = document.querySelector(".corner")!.getBoundingClientRect().right;
            return Math.abs(document.querySelector(".day.today")!.getBoundingClientRect().left - edge) <= 2;
        });
        assert.equal((await page.locator(".hour").allTextContents())[1], "02");
        await leave();
    });

    it("stays small and quick with 4,096 GPUs", async () => {
        const site = siteOf({ nodes: 512, gpusPerNode: 8, from: WEEK.from, to: WEEK.to, now: NOW });
        const { page, server, leave } = await visit(site);
        await page.waitForSelector(".tracks .bar");
        const elements = () => page.evaluate(() => document.querySelectorAll("*").length);
        assert.ok((await elements()) < 3500, `${await elements()} elements`);

        const target = site.reservations.filter(({ state }) => state === "confirmed").at(-1)!;
        const gpu = target.gpus[0]!;
        const key = `${target.id}@${gpu}`;
        assert.equal(await bar(page, key).count(), 0, "far below the screen");
        await page.evaluate(() => {
            const scroller = document.querySelector(".scroll")!;
            scroller.scrollTop = scroller.scrollHeight;
        });
        const name = `node${Math.floor(gpu / 8) + 1}/${gpu % 8}`;
        await liesAt(page, key, name, Date.parse(target.start), Date.parse(target.end));
        assert.ok((await elements()) < 3500, `${await elements()} elements`);

        server.change(target.id, { end: textOf(Date.parse(target.end) - 2 * HOUR) }, "reservation_shortened");
        await liesAt(page, key, name, Date.parse(target.start), Date.parse(target.end) - 2 * HOUR);
        await page.locator(".toggle-all").click();
        await page.waitForFunction(() => document.querySelectorAll(".tracks .bar").length === 0);
        assert.ok((await elements()) < 6000, `${await elements()} elements`);
        await leave();
    });
});
