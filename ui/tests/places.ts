/**
 * Every place of the page that people see: pages, panels, dialogs. What must hold everywhere is
 * tested by going to each of them.
 *
 *     for (const place of PLACES) await goTo(page, stage.berth.address, place);
 */

import type { Page } from "playwright-core";

export interface Place {
    readonly name: string;
    readonly path: string;
    /** There once the place is drawn. */
    readonly shows: string;
    /** What a person does to get there from the path. */
    readonly open?: (page: Page) => Promise<unknown>;
    /** False: a phone has no such place. */
    readonly onPhone?: boolean;
}

/** Tracks, or the list that takes their place. */
const BOOKED = ".tracks .bar:visible, .agenda-entry:visible";
const DIALOG = "dialog[open]";

export const PLACES: readonly Place[] = [
    { name: "calendar", path: "#/calendar", shows: BOOKED },
    { name: "calendar-month", path: "#/calendar?view=month", shows: BOOKED },
    { name: "help", path: "#/calendar", shows: `${DIALOG}.wide`, open: (page) => page.keyboard.press("?") },
    { name: "zone", path: "#/calendar", shows: DIALOG, open: (page) => page.click(".zone-button"), onPhone: false },
    { name: "who", path: "#/calendar", shows: DIALOG, open: (page) => page.click(".who-button") },
    { name: "card", path: "#/calendar", shows: ".card.pinned", open: (page) => pin(page), onPhone: false },
    { name: "work", path: "#/work", shows: ".main > *" },
    { name: "heat-map", path: "#/heat-map", shows: ".main > *" },
    { name: "reports", path: "#/reports", shows: ".main > *" },
    { name: "audit", path: "#/audit", shows: ".main > *" },
];

/** Loads the page anew, so that nothing of the place before is left. */
export async function goTo(page: Page, address: string, place: Place): Promise<void> {
    await page.goto(`${address}?place=${place.name}${place.path}`);
    await page.waitForSelector("html[data-connection=live]");
    if (place.path.startsWith("#/calendar")) await page.waitForSelector(BOOKED);
    await place.open?.(page);
    await page.waitForSelector(place.shows);
    await page.evaluate(() => document.fonts.ready);
}

async function pin(page: Page): Promise<void> {
    await page.locator('.tracks .bar[tabindex="0"]').focus();
    await page.keyboard.press("Enter");
}
