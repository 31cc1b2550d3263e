/** What holds in every place of the page: nothing but its own server, Chinese in Chinese, room on a phone. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { stageWithWeek } from "./lived_week";
import { goTo, PLACES } from "./places";
import { skip, type Stage } from "./visit";

const PHONE = { width: 390, height: 844 };

/** Latin words that stay as they are in Chinese: names of things, units, keys. */
const KEPT = [
    "Berth", "GPU", "GPUs", "CPU", "YOLO", "A100", "H100", "GB", "MB", "CSV", "ID", "EN", "English", "P0", "P1", "P2", "P3", "API",
    "Ctrl", "Alt", "Shift", "Enter", "Esc", "Tab", "Delete", "Asia", "Shanghai", "America", "New", "York", "checkpoint",
    "epoch", "epochs", "imgsz", "batch", "HH", "UTC",
];
/** As a title could be. */
const EXAMPLE = "yolov8l coco";
/** What every job in the week is: a command, told by a variable of its own where it finds its orders. */
const COMMAND = "/bin/sh -c";
const VARIABLE = "ORDERS";

/** What people named themselves or wrote, and what the server says, which speaks English. */
const NAMES = ".bar, .agenda-what, .chip, option, code, kbd, pre, [lang=en], .audit-table :is(.detail, .cell-reason)";

/** Everything else that can be read or heard. */
async function wordsOf(page: Page): Promise<string[]> {
    return page.evaluate((names) => {
        const said: string[] = [document.title];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT);
        for (let node = walker.currentNode as Element | null; node; node = walker.nextNode() as Element | null) {
            if (node.closest(names) || !node.checkVisibility({ visibilityProperty: true })) continue;
            for (const name of ["aria-label", "title", "placeholder", "alt"]) said.push(node.getAttribute(name) ?? "");
            for (const child of node.childNodes) if (child.nodeType === Node.TEXT_NODE) said.push(child.textContent!);
        }
        return said.map((text) => text.trim()).filter(Boolean);
    }, NAMES);
}

describe("in every place", { skip, timeout: 300_000 }, () => {
    let stage: Stage;
    
    before(async () => (stage = await stageWithWeek()));
    after(() => stage?.clear());

    it("the page asks only its own server, and may not do otherwise", async () => {
        const page = await stage.visit({ user: "alice" });
        const asked: string[] = [];
        page.on("request", (request) => asked.push(request.url()));
        const policies: string[] = [];
        page.on("response", (response) => {
            if (response.request().resourceType() !== "document") return;
            policies.push(response.headers()["content-security-policy"] ?? "none");
        });
        for (const place of PLACES) await goTo(page, stage.berth.address, place);
        const foreign = asked.filter((url) => !url.startsWith(stage.berth.address));
        assert.deepEqual(foreign, []);
        assert.ok(policies.length >= PLACES.length);
        for (const policy of policies) {
            assert.match(policy, /default-src 'self'/);
            assert.doesNotMatch(policy, /unsafe|https?:|\*/);
        }
    });

    it("Chinese pages speak Chinese", async () => {
        const page = await stage.visit({ user: "alice", locale: "zh-CN" });
        const english: string[] = [];
        const known = new Set(await namesOn(stage));
        for (const place of PLACES) {
            await goTo(page, stage.berth.address, place);
            for (const text of await wordsOf(page)) {
                const left = without(known, text).match(/[A-Za-z][A-Za-z'’]+/g) ?? [];
                const words = left.filter((word) => !KEPT.includes(word));
                if (words.length > 0) english.push(`${place.name}: ${words.join(" ")} in ${text.slice(0, 120)}`);
            }
        }
        assert.deepEqual([...new Set(english)], []);
    });

    it("nothing on a phone is wider than the phone, and fingers hit what they aim at", async () => {
        const page = await stage.visit({ user: "alice", viewport: PHONE, touch: true });
        const faults: string[] = [];
        for (const place of PLACES.filter(({ onPhone }) => onPhone !== false)) {
            await goTo(page, stage.berth.address, place);
            for (const fault of await tooWide(page)) faults.push(`${place.name}: sticks out: ${fault}`);
            for (const fault of await tooSmall(page)) faults.push(`${place.name}: too small: ${fault}`);
        }
        assert.deepEqual(faults, []);
    });
});

async function namesOn(stage: Stage): Promise<string[]> {
    const { items } = await stage.berth.call<{ items: { id: string; title: string; owner: string; team: string }[] }>(
        "GET",
        "reservations?limit=500",
    );
    const names = items.flatMap(({ id, title, owner, team }) => [title, owner, team, id]);
    return [...new Set([...names, EXAMPLE, VARIABLE])].filter(Boolean).sort((a, b) => b.length - a.length);
}

function without(names: Iterable<string>, text: string): string {
    if (text.startsWith(COMMAND)) return "";
    let left = text.replace(/\bnode\d+(\/\d+)?|\b(job:)?r-\d+\b/g, "");
    for (const name of names) left = left.replaceAll(name, "");
    return left;
}

/** What sticks out of the screen and cannot be scrolled to within a box of its own. */
async function tooWide(page: Page): Promise<string[]> {
    return page.evaluate(() => {
        const width = document.documentElement.clientWidth;
        const scrolls = (box: Element | null): boolean => {
            for (let at = box; at && at !== document.body; at = at.parentElement) {
                const { overflowX } = getComputedStyle(at);
                if (overflowX !== "visible" && at.getBoundingClientRect().right <= width + 1) return true;
            }
            return false;
        };
        return [...document.querySelectorAll("body *")]
            .filter((box) => box.checkVisibility() && box.getBoundingClientRect().width > 0)
            .filter((box) => box.getBoundingClientRect().right > width + 1 && !scrolls(box.parentElement))
            .map((box) => `${box.tagName} ${box.className}: ${(box.textContent ?? "").slice(0, 40)}`);
    });
}

/** Buttons and fields that are smaller than a finger tip. */
async function tooSmall(page: Page): Promise<string[]> {
    return page.evaluate(() =>
        [...document.querySelectorAll("button, select, a[href], summary, input:not([type=checkbox], [type=radio])")]
            .filter((box) => box.checkVisibility({ visibilityProperty: true }))
            // A link amid other words is as high as they are.
            .filter((box) => getComputedStyle(box).display !== "inline" && !box.closest("dd, p"))
            .map((box) => ({ box, at: box.getBoundingClientRect() }))
            .filter(({ at }) => at.width > 0 && (at.height < 35.5 || at.width < 32))
            .map(({ box, at }) => `${box.tagName} ${box.className} ${Math.round(at.width)}×${Math.round(at.height)}`),
    );
}
