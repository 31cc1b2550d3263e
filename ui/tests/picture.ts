/** Draws docs/calendar.png: the page as the real server serves it. tools/picture calls this. */

import { chromium } from "playwright-core";
import { RealBerthd } from "./real_berthd";
import { liveTheWeek, nextWeek } from "./week_of_work";

const ZONE = "Asia/Shanghai";
const file = process.argv[2];
if (!file) throw new Error("usage: picture FILE [light|dark] [en|zh]");
const colorScheme = process.argv[3] === "dark" ? "dark" : "light";
const locale = process.argv[4] === "zh" ? "zh-CN" : "en-GB";

const berth = await RealBerthd.start({ zone: ZONE, nodes: 8, gpusPerNode: 4 });
const browser = await chromium.launch({
    executablePath: process.env["BERTH_CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
});
try {
    await liveTheWeek(berth, await nextWeek(berth, ZONE));
    const page = await browser.newPage({
        viewport: { width: 1440, height: 900 },
        reducedMotion: "reduce",
        colorScheme,
        locale,
    });
    await page.goto(berth.address);
    await page.waitForSelector("html[data-connection=live]");
    await page.waitForSelector(".tracks .bar .done", { state: "attached" });
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: file });
} finally {
    await browser.close();
    await berth.clear();
}
