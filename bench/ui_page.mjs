// Measures the calendar page in a real Chromium and prints its figures as one line of JSON.
//
//     node bench/ui_page.mjs ADDRESS             Berth's page, served by the berthd at ADDRESS
//     node bench/ui_page.mjs ADDRESS LIBRARY     the peer: that script draws the same week
//
// A frame's time is what the main thread has to do for it: from the first callback of the frame to the
// first task after it was laid out and painted. Playwright comes from ui/node_modules.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const { chromium } = createRequire(join(here, "../ui/package.json"))("playwright-core");
const [address, library] = process.argv.slice(2);
const FRAMES = 60;
const PATIENCE = 120_000;

const browser = await chromium.launch({
    executablePath: process.env.BERTH_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--enable-precise-memory-info", "--js-flags=--expose-gc"],
});
try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
    page.setDefaultTimeout(PATIENCE);
    await page.addInitScript(watchFirstPaint, library ? ".vis-item" : ".tracks .bar");
    if (library) await servePeer(page, library);
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    await page.goto(address + (library ? `peer${await weekOf()}` : ""));
    const paintMs = await (await page.waitForFunction(() => window.paintedAt)).jsonValue();
    const paintCpuMs = await taskMs(session);
    await page.waitForTimeout(300);
    const figures = { paint_ms: paintMs, paint_cpu_ms: paintCpuMs };
    if (library) Object.assign(figures, await measurePeer(page));
    else Object.assign(figures, await measurePage(page));
    figures.nodes = await page.evaluate(() => document.querySelectorAll("*").length);
    await session.send("HeapProfiler.collectGarbage");
    figures.heap_mb = (await session.send("Runtime.getHeapUsage")).usedSize / 2 ** 20;
    console.log(JSON.stringify(figures));
} finally {
    await browser.close();
}

/** Notes when something was first drawn, counted from the navigation. */
function watchFirstPaint(selector) {
    const look = () => {
        if (!document.querySelector(selector)) return requestAnimationFrame(look);
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => (window.paintedAt = performance.now());
        requestAnimationFrame(() => port2.postMessage(0));
    };
    requestAnimationFrame(look);
}

async function taskMs(session) {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
}

/** The week that Berth's page would ask for. */
async function weekOf() {
    const { from, to } = await (await fetch(`${address}api/v1/calendar`)).json();
    return `?from=${from}&to=${to}`;
}

async function servePeer(page, library) {
    const style = join(dirname(library), "../../styles/vis-timeline-graph2d.min.css");
    const files = {
        "/library.js": [library, "text/javascript"],
        "/library.css": [style, "text/css"],
        "/page.js": [join(here, "peers/vis_timeline/page.js"), "text/javascript"],
    };
    const html =
        '<!doctype html><html><head><meta charset="utf-8"><link rel="stylesheet" href="/library.css">' +
        "<style>html,body{height:100%;margin:0}</style></head>" +
        '<body><script src="/library.js"></script><script src="/page.js"></script></body></html>';
    await page.route("**/peer*", (route) => route.fulfill({ contentType: "text/html", body: html }));
    for (const [path, [file, contentType]] of Object.entries(files)) {
        const body = await readFile(file, "utf8");
        await page.route(`**${path}`, (route) => route.fulfill({ contentType, body }));
    }
}

async function measurePage(page) {
    const scroll = (x, y) => frames(page, `document.querySelector(".scroll").scrollBy(${x}, ${y})`);
    const zoom = (notch) =>
        frames(page, `document.querySelector(".scroll").dispatchEvent(new WheelEvent("wheel",
            { ctrlKey: true, deltaY: i < ${FRAMES / 2} ? ${notch} : ${-notch}, clientX: 800, cancelable: true }))`);
    const down = await scroll(0, 150);
    await page.evaluate(() => (document.querySelector(".scroll").scrollTop = 0));
    const zoomed = await zoom(-40);
    await page.locator('[data-view="three"]').click();
    await page.waitForTimeout(300);
    await page.evaluate(() => (document.querySelector(".scroll").scrollLeft = 0));
    const across = await scroll(30, 0);
    const loaded = page.waitForResponse((answer) => answer.url().includes("/api/v1/calendar"));
    await page.locator('[data-view="month"]').click();
    await (await loaded).finished();
    await page.waitForFunction(() => document.querySelector(".tracks .bar"));
    await page.waitForTimeout(1000);
    const month = await scroll(0, 150);
    const monthZoom = await zoom(40);
    return { ...named("down", down), ...named("across", across), ...named("zoom", zoomed),
        ...named("month", month), ...named("month_zoom", monthZoom) };
}

async function measurePeer(page) {
    const window = "timeline.getWindow()";
    const across = await frames(page, `{ const { start, end } = ${window};
        timeline.setWindow(+start + 3e6, +end + 3e6, { animation: false }); }`);
    const zoom = await frames(page, `{ const { start, end } = ${window};
        const by = (end - start) * (i < ${FRAMES / 2} ? 0.04 : -0.0435);
        timeline.setWindow(+start + by, +end - by, { animation: false }); }`);
    return { ...named("across", across), ...named("zoom", zoom) };
}

/** Does something in each of so many frames; how long each took the main thread, in ms. */
function frames(page, deed) {
    return page.evaluate(
        ([count, source]) =>
            new Promise((done) => {
                const act = new Function("i", source);
                const times = [];
                const { port1, port2 } = new MessageChannel();
                let began = 0;
                port1.onmessage = () => {
                    times.push(performance.now() - began);
                    if (times.length === count) done(times);
                };
                let i = 0;
                const step = () => {
                    began = performance.now();
                    act(i++);
                    port2.postMessage(0);
                    if (i < count) requestAnimationFrame(step);
                };
                requestAnimationFrame(step);
            }),
        [FRAMES, deed],
    );
}

function named(name, times) {
    const sorted = [...times].sort((a, b) => a - b);
    const at = (share) => sorted[Math.ceil(share * sorted.length) - 1];
    return { [`${name}_p50_ms`]: at(0.5), [`${name}_p95_ms`]: at(0.95) };
}
