/**
 * Pictures of the page to compare with. They lie in tests/pictures/; BERTH_PICTURES=new draws them anew.
 *
 *     await holdStill(page);
 *     assert.equal(await differenceFrom("calendar-light-en", page), null);
 *
 * What differs is left in build/results/pictures: as it is now, and where it differs.
 */

import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import pixelmatch from "pixelmatch";
import type { Page } from "playwright-core";
import { PNG } from "pngjs";

const KEPT = resolve("tests/pictures");
const RESULTS = resolve("../build/results/pictures");
const COLOUR_STEP = 4;
const DRAWS_ANEW = process.env["BERTH_PICTURES"] === "new";

/** How far colours of one pixel may be apart, of 1; the edges of letters are left out anyway. */
const COLOUR_TOLERANCE = 0.12;
/** Which part of all pixels may differ: less than a word, more than noise. */
const MOST_DIFFERENT = 0.0004;

/** The same fonts everywhere, no caret, and nothing that the browser itself words by its own language. */
export async function holdStill(page: Page): Promise<void> {
    await page.evaluate(() => {
        const { style } = document.documentElement;
        style.setProperty("--font", '"Noto Sans CJK SC"');
        style.setProperty("--mono", '"Noto Sans Mono CJK SC"');
        style.setProperty("caret-color", "transparent");
        for (const input of document.querySelectorAll<HTMLElement>("input[type=date]")) input.style.color = "transparent";
    });
    await page.evaluate(() => document.fonts.ready);
}

/** Null if the page looks as it did; else how much differs and where to look. */
export async function differenceFrom(name: string, page: Page): Promise<string | null> {
    const taken = await stillPicture(page);
    const file = join(KEPT, `${name}.png`);
    if (DRAWS_ANEW) {
        await mkdir(KEPT, { recursive: true });
        await writeFile(file, smallOf(PNG.sync.read(taken)));
        return null;
    }
    if (!existsSync(file)) return `there is no ${file}; BERTH_PICTURES=new draws it`;
    const [before, now] = [PNG.sync.read(await readFile(file)), PNG.sync.read(taken)];
    const { width, height } = before;
    if (width !== now.width || height !== now.height) {
        return leave(name, taken, null, `it is ${now.width} × ${now.height} instead of ${width} × ${height}`);
    }
    const difference = new PNG({ width, height });
    const pixels = pixelmatch(before.data, now.data, difference.data, width, height, { threshold: COLOUR_TOLERANCE });
    if (pixels <= MOST_DIFFERENT * width * height) return null;
    return leave(name, taken, difference, `${pixels} pixels differ`);
}

/** Half the bytes for colours that nobody could tell apart. */
function smallOf(picture: PNG): Buffer {
    for (let i = 0; i < picture.data.length; ++i) {
        const isAlpha = i % 4 === 3;
        if (!isAlpha) picture.data[i] = Math.min(255, Math.round(picture.data[i]! / COLOUR_STEP) * COLOUR_STEP);
    }
    return PNG.sync.write(picture, { colorType: 2, deflateLevel: 9, deflateStrategy: 0, filterType: 0 });
}

/** The page once nothing on it changes any more. */
async function stillPicture(page: Page): Promise<Buffer> {
    let last: Buffer = Buffer.alloc(0);
    for (let tries = 0; tries < 20; ++tries) {
        const next = await page.screenshot({ animations: "disabled", caret: "hide" });
        if (next.equals(last)) return next;
        last = next;
    }
    throw new Error("the page does not come to rest");
}

async function leave(name: string, taken: Buffer, difference: PNG | null, what: string): Promise<string> {
    await mkdir(RESULTS, { recursive: true });
    await writeFile(join(RESULTS, `${name}.actual.png`), taken);
    if (difference) await writeFile(join(RESULTS, `${name}.difference.png`), PNG.sync.write(difference));
    return `${name}: ${what}; see ${RESULTS}`;
}
