/**
 * The built page on a real berthd in a real browser, as one person sees it.
 *
 *     const stage = await Stage.start({ zone: ZONE, nodes: 2, gpusPerNode: 4 });
 *     const alice = await stage.visit({ user: "alice", path: "#/work" });
 *     ...
 *     await stage.clear();        // fails if a browser complained about anything meanwhile
 */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { programIsMissing, RealBerthd, type SiteSize } from "./real_berthd";

export const BROWSER = process.env["BERTH_CHROMIUM"] ?? "/usr/bin/chromium";

/** Why browser tests are skipped; in CI they are not, and fail instead. */
export const skip =
    existsSync(BROWSER) || process.env["CI"] ? programIsMissing : `there is no browser at ${BROWSER}`;

export interface Visit {
    readonly user?: string;
    readonly locale?: "en-GB" | "zh-CN";
    readonly colorScheme?: "light" | "dark";
    readonly viewport?: { width: number; height: number };
    readonly path?: string;
    readonly touch?: boolean;
}

export class Stage {
    private readonly contexts: BrowserContext[] = [];
    private readonly complaints: string[] = [];
    /** Complaints that a test provokes on purpose, such as a refusal's status in the console. */
    expected: RegExp = /status of (400|404|409|412|422)/;

    private constructor(
        readonly berth: RealBerthd,
        readonly browser: Browser,
    ) {}

    static async start(size: SiteSize): Promise<Stage> {
        const berth = await RealBerthd.start(size);
        try {
            return new Stage(berth, await chromium.launch({ executablePath: BROWSER, args: ["--no-sandbox"] }));
        } catch (error) {
            await berth.clear();
            throw error;
        }
    }

    async visit(visit: Visit = {}): Promise<Page> {
        const context = await this.browser.newContext({
            viewport: visit.viewport ?? { width: 1440, height: 900 },
            locale: visit.locale ?? "en-GB",
            colorScheme: visit.colorScheme ?? "light",
            hasTouch: visit.touch ?? false,
            // Another zone than the site's, so that the page cannot be right by chance.
            timezoneId: "America/New_York",
            reducedMotion: "reduce",
        });
        this.contexts.push(context);
        const { user } = visit;
        if (user) await context.addInitScript((name) => localStorage.setItem("berth.user", name), user);
        const page = await context.newPage();
        page.setDefaultTimeout(10_000);
        page.on("pageerror", (error) => this.complaints.push(String(error)));
        page.on("console", (message) => {
            if (!["error", "warning"].includes(message.type())) return;
            if (!this.expected.test(message.text())) this.complaints.push(message.text());
        });
        await page.goto(this.berth.address + (visit.path ?? ""));
        await page.waitForSelector("html[data-connection=live]");
        return page;
    }

    async clear(): Promise<void> {
        for (const context of this.contexts) await context.close();
        await this.browser.close();
        await this.berth.clear();
        assert.deepEqual(this.complaints, []);
    }
}
