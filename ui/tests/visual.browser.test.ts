/** The page looks as it looked: both schemes, both languages, 32 and 512 tracks, pages, panels, a phone. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { siteOf } from "./fleet_generator";
import { stageWithWeek, WEEK, ZONE } from "./lived_week";
import { differenceFrom, holdStill } from "./pictures";
import { goTo, PLACES } from "./places";
import { skip, Stage, type Visit } from "./visit";

const HOUR = 3_600_000;
const LOOKS = {
    "light-en": { colorScheme: "light", locale: "en-GB" },
    "light-zh": { colorScheme: "light", locale: "zh-CN" },
    "dark-en": { colorScheme: "dark", locale: "en-GB" },
    "dark-zh": { colorScheme: "dark", locale: "zh-CN" },
} as const satisfies Record<string, Visit>;
type Look = keyof typeof LOOKS;

const PICTURES: readonly [place: string, ...looks: Look[]][] = [
    ["calendar", "light-en", "light-zh", "dark-en", "dark-zh"],
    ["card", "dark-en"],
    ["plan-answer", "light-en"],
    ["book-clash", "light-en"],
    ["plan-p0", "light-zh"],
    ["help", "dark-zh"],
    ["work", "light-en", "dark-zh"],
    ["reservation", "dark-zh"],
    ["heat-map", "light-en", "dark-zh"],
    ["reports", "light-zh", "dark-en"],
    ["audit", "dark-zh"],
];
const ON_PHONE: readonly [place: string, look: Look][] = [
    ["calendar", "light-zh"],
    ["card", "dark-en"],
    ["work", "dark-zh"],
    ["heat-map", "light-en"],
];

const placeOf = (name: string) => PLACES.find((place) => place.name === name)!;

describe("a lived week of 32 GPUs looks as it did", { skip, timeout: 300_000 }, () => {
    let stage: Stage;
    before(async () => (stage = await stageWithWeek()));
    after(() => stage?.clear());

    for (const look of Object.keys(LOOKS) as Look[]) {
        it(`on a desktop, ${look}`, async () => {
            const page = await stage.visit({ user: "alice", ...LOOKS[look] });
            const places = PICTURES.filter(([, ...looks]) => looks.includes(look)).map(([place]) => place);
            await compare(page, stage, places, look);
        });

        it(`on a phone, ${look}`, async () => {
            const viewport = { width: 390, height: 844 };
            const places = ON_PHONE.filter((entry) => entry[1] === look).map(([place]) => place);
            if (places.length === 0) return;
            const page = await stage.visit({ user: "alice", viewport, touch: true, ...LOOKS[look] });
            await compare(page, stage, places, `phone-${look}`);
        });
    }
});

describe("512 GPUs look as they did", { skip, timeout: 300_000 }, () => {
    let stage: Stage;
    before(async () => {
        stage = await Stage.start({ zone: ZONE, nodes: 64, gpusPerNode: 8 });
        await bookMuch(stage);
    });
    after(() => stage?.clear());

    for (const look of ["light-en", "dark-zh"] as const) {
        it(look, async () => {
            const page = await stage.visit({ user: "alice", ...LOOKS[look] });
            await compare(page, stage, ["calendar"], `512-${look}`);
        });
    }
});

/** All differences at once, so that one run shows whatever a change did. */
async function compare(page: Page, stage: Stage, places: readonly string[], look: string): Promise<void> {
    const differences: string[] = [];
    for (const name of places) {
        await goTo(page, stage.berth.address, placeOf(name));
        await page.mouse.move(0, 0);
        await holdStill(page);
        const difference = await differenceFrom(`${name}-${look}`, page);
        if (difference) differences.push(difference);
    }
    assert.deepEqual(differences, []);
}

/** A week of confirmed reservations, booked on its Monday morning. */
async function bookMuch({ berth }: Stage): Promise<void> {
    await berth.moveClock(WEEK.from);
    const { nodes, reservations } = siteOf({
        nodes: 64, gpusPerNode: 8, from: WEEK.from + 16 * HOUR, to: WEEK.to, now: WEEK.from, seed: 11,
    });
    const ids = nodes.flatMap(({ gpus }) => gpus.map(({ id }) => id));
    for (const { owner, title, team, gpus, start, end } of reservations) {
        // A name in a header field has to be Latin.
        if (!owner || owner === "王芳") continue;
        await berth.book(owner, {
            title, team, start, gpus: { ids: gpus.map((gpu) => ids[gpu]!) },
            hours: (Date.parse(end) - Date.parse(start)) / HOUR,
        });
    }
    await berth.moveClock(WEEK.from + 7.5 * HOUR);
}
