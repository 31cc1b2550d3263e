/**
 * The card that tells about one reservation: while it is pointed at, has the focus, or is pinned.
 * Pinned, it is a dialog beside the tracks with what may be done; otherwise nothing is asked for it.
 */

import { render } from "preact";
import type { Reservation } from "../api/contract";
import { AppContext } from "../app/app";
import { el } from "../app/dom";
import { lookOf } from "../site/states";
import type { Formats } from "../time/formats";
import { CalendarContext, type Calendar } from "./calendar";
import { CardView, TITLE } from "./card_view";
import { putBeside } from "./beside";

const HIDE_DELAY = 60;
/** Where a pointer that goes down leaves a pinned card: on bars, and on what the card itself opens. */
const SPARED = ".bar, .wish, .agenda-entry, dialog, .toasts";

export class Card {
    readonly element = el("aside", "card");
    private shown: string | null = null;
    private pinned = false;
    private at: DOMRect | null = null;
    /** What had the focus when it was pinned. */
    private opener: Element | null = null;
    private hiding: ReturnType<typeof setTimeout> | undefined;

    constructor(private readonly calendar: Calendar) {
        this.element.hidden = true;
        this.setRole();
        document.addEventListener("pointerdown", (event) => {
            const target = event.target as Element;
            if (!this.element.contains(target) && !target.closest(SPARED)) this.dismiss();
        });
        document.addEventListener("keydown", (event) => {
            const target = event.target as Element;
            // What had the focus may have gone with the answer to what was done.
            const isHere = target === document.body || this.element.contains(target);
            if (event.key === "Escape" && this.pinned && isHere && !target.closest("dialog")) this.leave();
        });
        // What is asked for when it is pinned makes it taller.
        new ResizeObserver(() => this.at && putBeside(this.element, this.at)).observe(this.element);
    }

    /** Shows the reservation beside `at`; a null reservation hides the card unless it is pinned. */
    show(reservation: Reservation | null, at: DOMRect | null, _formats?: Formats): void {
        if (!reservation) {
            if (this.pinned) return;
            clearTimeout(this.hiding);
            this.hiding = setTimeout(() => this.dismiss(), HIDE_DELAY);
            return;
        }
        if (this.pinned && reservation.id !== this.shown) return;
        clearTimeout(this.hiding);
        this.shown = reservation.id;
        this.element.hidden = false;
        this.draw(reservation);
        if (at) {
            this.at = at;
            putBeside(this.element, at);
        }
    }

    pin(reservation: Reservation, at: DOMRect, _formats?: Formats): void {
        const again = this.pinned && this.shown === reservation.id;
        this.dismiss();
        if (again) return;
        this.pinned = true;
        this.opener = document.activeElement;
        this.shown = reservation.id;
        this.setRole();
        this.show(reservation, at);
        this.element.focus({ preventScroll: true });
    }

    dismiss(): void {
        clearTimeout(this.hiding);
        this.pinned = false;
        this.shown = null;
        this.at = null;
        this.element.hidden = true;
        this.setRole();
        render(null, this.element);
    }

    /** Writes the card anew from the store, when what it shows may have changed. */
    refresh(_formats?: Formats): void {
        if (this.shown === null) return;
        const reservation = this.calendar.app.store.find(this.shown);
        if (reservation) this.draw(reservation);
        else this.dismiss();
    }

    /** Closes it; the focus goes back to the bar, or the entry of a list, that it told about. */
    private leave(): void {
        const { tracks, app } = this.calendar;
        const { opener } = this;
        const [bar] = app.store.barsOfReservation(this.shown ?? "");
        this.dismiss();
        if (bar && tracks.element.contains(opener)) tracks.focusBar(bar);
        else if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
        // The focus alone would show it again.
        this.dismiss();
    }

    private draw(reservation: Reservation): void {
        const { calendar, pinned } = this;
        const team = calendar.app.teams.of(reservation.team);
        const look = lookOf(reservation.state);
        this.element.className = `card team-${team} ${look}${pinned ? " pinned" : ""}`;
        render(
            <AppContext.Provider value={calendar.app}>
                <CalendarContext.Provider value={calendar}>
                    <CardView reservation={reservation} pinned={pinned} leave={() => this.leave()} />
                </CalendarContext.Provider>
            </AppContext.Provider>,
            this.element,
        );
    }

    private setRole(): void {
        const { element, pinned } = this;
        element.setAttribute("role", pinned ? "dialog" : "tooltip");
        if (pinned) element.setAttribute("aria-labelledby", TITLE);
        else element.removeAttribute("aria-labelledby");
        if (pinned) element.tabIndex = -1;
        else element.removeAttribute("tabindex");
    }
}
