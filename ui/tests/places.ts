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

/** Alice's training that runs. */
const RUNNING = ':is(.tracks .bar, .agenda-entry)[data-reservation="r-3"]:visible';

export const PLACES: readonly Place[] = [
    { name: "calendar", path: "#/calendar", shows: BOOKED },
    { name: "calendar-month", path: "#/calendar?view=month", shows: BOOKED },
    { name: "date", path: "#/calendar", shows: ".popover", open: (page) => page.click(".jump .popover-button") },
    { name: "filter", path: "#/calendar", shows: ".popover", open: (page) => page.click(".filter .popover-button") },
    { name: "card", path: "#/calendar", shows: ".card.pinned .card-acts", open: pin },
    { name: "hand-over", path: "#/calendar", shows: DIALOG, open: (page) => act(page, "transfer") },
    { name: "release", path: "#/calendar", shows: DIALOG, open: (page) => act(page, "release") },
    { name: "book", path: "#/calendar", shows: ".booking-panel", open: (page) => page.click(".book-button") },
    { name: "plan", path: "#/calendar", shows: ".plan-panel", open: (page) => page.click(".plan-button") },
    { name: "plan-answer", path: "#/calendar", shows: ".plan-answer", open: ask },
    { name: "book-clash", path: "#/calendar", shows: ".booking-panel .suggestions", open: clash },
    { name: "plan-p0", path: "#/calendar", shows: ".plan-victim", open: askAsP0 },
    { name: "help", path: "#/calendar", shows: `${DIALOG}.wide`, open: (page) => page.keyboard.press("?") },
    { name: "zone", path: "#/calendar", shows: DIALOG, open: (page) => page.click(".zone-button"), onPhone: false },
    { name: "who", path: "#/calendar", shows: DIALOG, open: (page) => page.click(".who-button") },
    { name: "work", path: "#/work", shows: ".work-list" },
    { name: "reservation", path: "#/work/r-3", shows: ".reservation-head" },
    { name: "heat-map", path: "#/heat-map", shows: ".insight h1" },
    { name: "reports", path: "#/reports", shows: ".insight h1" },
    { name: "audit", path: "#/audit", shows: ".audit-table tbody tr" },
];

/** Loads the page anew, so that nothing of the place before is left. */
export async function goTo(page: Page, address: string, place: Place): Promise<void> {
    await page.goto(`${address}?place=${place.name}${place.path}`);
    await page.waitForSelector("html[data-connection=live]");
    if (place.path.startsWith("#/calendar")) await page.waitForSelector(BOOKED);
    await place.open?.(page);
    await page.waitForSelector(place.shows);
    await page.evaluate(() => document.fonts.ready);
    // Bars get their names once nothing scrolls or zooms any more.
    await page.waitForFunction(() => !document.querySelector(".tracks .bar:not([aria-label])"));
}

async function pin(page: Page): Promise<void> {
    await page.locator(RUNNING).first().click();
}

async function act(page: Page, name: string): Promise<void> {
    await pin(page);
    await page.click(`.card [data-act="${name}"]`);
}

async function ask(page: Page): Promise<void> {
    await page.click(".plan-button");
    await page.click(".plan-ask");
}

async function askAsP0(page: Page): Promise<void> {
    await ask(page);
    await page.click(".plan-urgent");
}

/** Wants GPUs for longer than they are free. */
async function clash(page: Page): Promise<void> {
    await page.click(".book-button");
    await page.fill('.booking-panel input[name="hours"]', "20");
    await page.keyboard.press("Tab");
}
