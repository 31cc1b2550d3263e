/** Keys that act wherever the focus is: to another page, and about the calendar. */

import type { Calendar } from "../timeline/calendar";
import type { App } from "./app";
import { isTyping } from "./keys";
import { PAGES } from "./route";

export function listenForPageKeys(app: App, calendar: Calendar): void {
    const onCalendar: Readonly<Record<string, () => void>> = {
        t: () => calendar.step(0),
        "[": () => calendar.step(-1),
        "]": () => calendar.step(1),
        d: () => calendar.setView("day"),
        w: () => calendar.setView("week"),
        m: () => calendar.setView("month"),
        "/": () => document.querySelector<HTMLElement>("[data-key='search']")?.focus(),
        n: () => press("book"),
        f: () => press("find"),
    };
    addEventListener("keydown", (event) => {
        if (event.defaultPrevented || isTyping(event)) return;
        const page = PAGES[Number(event.key) - 1];
        const act = app.route.value.page === "calendar" ? onCalendar[event.key.toLowerCase()] : undefined;
        if (!page && !act) return;
        event.preventDefault();
        if (page) app.go(page);
        else act?.();
    });
}

/** What a key does is what its button does. */
function press(name: string): void {
    document.querySelector<HTMLElement>(`[data-key='${name}']`)?.click();
}
