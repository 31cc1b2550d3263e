/**
 * Keys on a bar beyond walking: Alt and arrows move it by a slot or a track, with Shift its end;
 * Enter keeps that, Escape drops it; Delete cancels.
 */

import type { Bar } from "../site/store";
import type { Calendar } from "../timeline/calendar";
import { Changing } from "./changing";
import { gpusMoved } from "./places";
import { movable, type Movable } from "./permission";
import type { Place } from "./fit";

/** The bar that is being changed by keys. */
let current: Changing | null = null;

/** Whether the key was taken. */
export function keyOnBar(calendar: Calendar, bar: Bar, event: KeyboardEvent): boolean {
    const { reservation } = bar;
    if (current && current.reservation.id !== reservation.id) drop();
    if (current && event.key === "Enter") {
        void keep(calendar);
        return true;
    }
    if (event.ctrlKey || event.metaKey) return false;
    const what = movable(calendar.app, reservation);
    if (event.key === "Delete" && !event.altKey) {
        if (what === "none") return false;
        drop();
        void calendar.actions.cancel(reservation);
        return true;
    }
    if (!event.altKey || !event.key.startsWith("Arrow") || what === "none") return false;
    if (calendar.actions.leaving.value.has(reservation.id)) return false;
    const changing = current ?? begin(calendar, bar);
    const place = stepped(calendar, changing.place, event, what);
    if (place) changing.to(place);
    tell(calendar, changing);
    return true;
}

function begin(calendar: Calendar, bar: Bar): Changing {
    current = new Changing(calendar, bar.reservation);
    current.told = () => {
        if (current) tell(calendar, current);
    };
    calendar.card.dismiss();
    document.addEventListener("keydown", onEscape, { capture: true });
    calendar.tracks.lanes.addEventListener("focusout", onLeave);
    return current;
}

function stepped(calendar: Calendar, place: Place, event: KeyboardEvent, what: Movable): Place | null {
    const { booking, tracks } = calendar;
    const grid = booking.grid.value;
    const earliest = booking.currentSlot.value;
    const { gpus, start, end } = place;
    const sideways = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (event.shiftKey) {
        const pulled = grid.add(grid.ceil(end), sideways);
        return sideways !== 0 && pulled > Math.max(start, earliest) ? { ...place, end: pulled } : null;
    }
    if (what === "end") return null;
    if (sideways === 0) {
        const rows = tracks.layout().rows.list;
        return { ...place, gpus: gpusMoved(rows, gpus, event.key === "ArrowUp" ? -1 : 1) };
    }
    return { gpus, start: grid.add(start, sideways), end: grid.add(end, sideways) };
}

function tell({ app, booking }: Calendar, { label, why, fits }: Changing): void {
    booking.live.say(`${label}: ${fits ? app.say("keys.fits") : why} ${app.say("keys.how")}`);
}

async function keep(calendar: Calendar): Promise<void> {
    const changing = current!;
    current = null;
    forget();
    if (await changing.commit()) {
        calendar.booking.live.say(`${changing.label}: ${calendar.app.say("keys.done")}`);
    }
}

function drop(): void {
    current?.drop();
    current = null;
    forget();
}

function forget(): void {
    document.removeEventListener("keydown", onEscape, { capture: true });
}

function onEscape(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !current) return;
    event.preventDefault();
    event.stopPropagation();
    drop();
}

/** Who turns to another bar has left this one as it was. */
function onLeave(event: FocusEvent): void {
    const to = event.relatedTarget;
    if (to instanceof HTMLElement && to.dataset["reservation"] !== current?.reservation.id) drop();
}
