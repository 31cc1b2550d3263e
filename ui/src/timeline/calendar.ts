/**
 * The calendar page's own state: which days it shows and how closely, and the tracks themselves, which
 * outlive a look at another page.
 */

import { computed, effect, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { Actions } from "../actions/actions";
import type { App } from "../app/app";
import { recall, remember } from "../app/preferences";
import { keyOnBar } from "../booking/bar_keys";
import { Booking } from "../booking/booking";
import { listenForGestures } from "../booking/gestures";
import { Planning } from "../plan/planning";
import { periodOf, type Period } from "../time/time_scale";
import { addDays, dateFromText, dateToText, mondayOf, wallTime, weekNumber, type CivilDate } from "../time/zone";
import { Card } from "./card";
import { Finder } from "./finder";
import { NoticePanel, type Notice } from "./notice";
import { OccupantPanel } from "./occupant_panel";
import { TrackView } from "./track_view";
import { daysIn, daysOf, isFullMonth, nameOf, seenDays, VIEWS, viewFor, inPeriodOf, type ViewName } from "./views";
import { zoomOfKey } from "./zoom";

export { VIEWS, type ViewName } from "./views";

const ZOOM_STEP = 1.5;

export class Calendar {
    readonly actions: Actions;
    readonly view = signal<ViewName>(viewOf(recall("view")) ?? "week");
    /** The day that was asked for; null is today, whichever that is by then. */
    readonly chosen = signal<CivilDate | null>(null);
    readonly period: { readonly value: Period };
    readonly card: Card;
    readonly occupants: OccupantPanel;
    readonly tracks: TrackView;
    /** What part of the time is on the screen, and how many days fit across it. */
    readonly seen = signal({ from: 0, to: 0 });
    readonly span = signal(7);
    /** The view that the zoom and the days loaded are; null between two. */
    readonly fits = computed(() => viewFor(this.view.value, this.span.value, this.day()));
    /** What the days on the screen are called. */
    readonly name = computed(() => this.nameOfSeen());
    /** The number of the one week that they lie in; null if there are more. */
    readonly week = computed(() => {
        const days = this.seenDays.value;
        const weeks = new Set(days.map(({ date }) => weekNumber(mondayOf(date))));
        return weeks.size === 1 ? [...weeks][0]! : null;
    });
    readonly find: Finder;
    /** Scrolling goes on pixel by pixel; which days it shows changes seldom. */
    private readonly seenStretch = computed(() => {
        const days = seenDays(this.period.value, this.seen.value);
        return `${days[0]?.start ?? 0} ${days.at(-1)?.start ?? -1}`;
    });
    private readonly seenDays = computed(() => {
        const [first, last] = this.seenStretch.value.split(" ").map(Number);
        return this.period.value.days.filter(({ start }) => start >= first! && start <= last!);
    });
    readonly notice = new NoticePanel();
    readonly booking = new Booking();
    readonly plan: Planning;
    /** Start of the period that the store holds; null before the first. */
    private loadedFrom: number | null = null;

    constructor(readonly app: App) {
        this.actions = new Actions(app);
        this.card = new Card(this);
        this.occupants = new OccupantPanel(app);
        this.tracks = new TrackView(app.store, app.teams, {
            show: (bar, at) => this.card.show(bar?.reservation ?? null, at, app.formats.value),
            pin: (bar, at) => this.card.pin(bar.reservation, at, app.formats.value),
            showWish: (wish, at) => this.card.show(wish, at, app.formats.value),
            pinWish: (wish, at) => this.card.pin(wish, at, app.formats.value),
            dismiss: () => this.card.dismiss(),
            key: (bar, event) => keyOnBar(this, bar, event),
            occupants: (node, mark) => this.occupants.toggle(node, mark),
            seen: (from, to, span) => {
                this.seen.value = { from, to };
                this.span.value = span;
            },
        });
        this.tracks.element.append(this.notice.element);
        const query = app.route.value.query;
        this.view.value = viewOf(query.get("view")) ?? this.view.value;
        this.chosen.value = dateFromText(query.get("date"));
        this.period = this.followPeriod();
        this.find = new Finder(app, this.tracks);
        this.plan = new Planning(this);
        this.follow();
        listenForGestures(this);
        document.addEventListener("keydown", (event) => this.key(event));
    }

    /** The day around which the page shows its period. */
    day(): CivilDate {
        return this.chosen.value ?? wallTime(this.app.clock.now(), this.app.zone.value);
    }

    setView(view: ViewName): void {
        remember("view", view);
        const { from, to } = this.seen.peek();
        const now = this.app.clock.now();
        // Who looks at now goes on looking at today, others at the days that they had before them.
        const seesNow = now >= from && now < to;
        const day = seesNow ? null : (this.seenDays.peek()[0]?.date ?? this.chosen.peek());
        this.view.value = view;
        this.fit();
        this.goTo(day);
    }

    /** One step closer or away, around now or the middle of the screen. */
    zoom(step: 1 | -1): void {
        this.tracks.zoomAt(ZOOM_STEP ** step);
    }

    /** Back to as many days as the view has. */
    zoomReset(): void {
        this.fit();
    }

    /** As many days across the screen as the view has. */
    private fit(): void {
        this.span.value = daysIn(this.view.peek(), this.day());
        this.tracks.setSpan(this.span.peek());
    }

    /** Goes on or back by what is on the screen; 0 is now. */
    step(step: -1 | 0 | 1): void {
        if (step === 0) return this.goTo(null);
        if (isFullMonth(this.view.value, this.span.value)) {
            const { year, month } = this.day();
            const first = new Date(Date.UTC(year, month - 1 + step, 1));
            return this.goTo({ year: first.getUTCFullYear(), month: first.getUTCMonth() + 1, day: 1 });
        }
        const days = Math.max(1, Math.round(this.span.value));
        const seen = this.seenDays.value[0]?.date ?? this.day();
        const first = days === 7 ? mondayOf(this.fits.value === "week" ? this.day() : seen) : seen;
        this.goTo(addDays(first, step * days));
    }

    /** Shows the period with this day in it; null follows today. */
    goTo(day: CivilDate | null): void {
        this.card.dismiss();
        const today = wallTime(this.app.clock.now(), this.app.zone.value);
        const isCurrent = day && inPeriodOf(this.view.value, day, today);
        const isMonth = this.fits.peek() === "month";
        this.chosen.value = isCurrent ? null : day;
        if (isMonth) this.fit();
        this.writeRoute();
        this.arrive(day);
    }

    /** Scrolls to where the look at a day begins; null: to now. */
    private arrive(day: CivilDate | null): void {
        const { app, tracks } = this;
        const starts = (date: CivilDate) => periodOf(date, 1, app.zone.value, app.slotMinutes.value).from;
        if (isFullMonth(this.view.value, this.span.peek())) {
            tracks.goTo(starts({ ...(day ?? this.day()), day: 1 }), undefined, 0);
        } else if (day) tracks.goTo(starts(day), undefined, 0);
        else if (this.fits.peek() !== null) tracks.goTo(starts(this.day()), undefined, 0);
        else tracks.goToNow();
    }

    private nameOfSeen(): string {
        const { app } = this;
        const period = this.period.value;
        const whole = this.fits.value;
        return nameOf(app.formats.value, period, whole, this.day(), this.seenDays.value);
    }

    private key(event: KeyboardEvent): void {
        if (!this.tracks.element.isConnected || document.querySelector("dialog[open]")) return;
        const step = zoomOfKey(event);
        if (step === null) return;
        event.preventDefault();
        if (step === 0) this.zoomReset();
        else this.zoom(step);
    }

    private writeRoute(): void {
        const { app } = this;
        if (app.route.value.page !== "calendar") return;
        const query = new URLSearchParams(app.route.value.query);
        query.set("view", this.view.value);
        if (this.chosen.value) query.set("date", dateToText(this.chosen.value));
        else query.delete("date");
        app.setQuery(query);
    }

    private followPeriod(): { readonly value: Period } {
        const { app } = this;
        // Which day it is changes once a day, so the period is computed again only then.
        const key = computed(() => {
            const today = wallTime(app.now.value, app.zone.value);
            const { first, count } = daysOf(this.view.value, this.chosen.value ?? today);
            return JSON.stringify([first, count]);
        });
        return computed(() => {
            const [first, count] = JSON.parse(key.value) as [CivilDate, number];
            return periodOf(first, count, app.zone.value, app.slotMinutes.value, app.siteZone.value);
        });
    }

    private follow(): void {
        const { app } = this;
        app.onChange((change) => {
            this.tracks.changed(change);
            this.card.refresh(app.formats.value);
            this.occupants.refresh();
            if (change.what === "booking") this.drawNotice();
        });
        app.onLoaded((window) => {
            this.loadedFrom = window.from;
            this.drawNotice();
        });
        this.fit();
        effect(() => {
            const period = this.period.value;
            app.feed.show({ from: period.from, to: period.to });
            this.tracks.setNow(app.now.peek());
            const moved = this.tracks.setPeriod(period, app.formats.value);
            if (moved) this.arrive(this.chosen.peek());
            this.card.refresh(app.formats.value);
            this.occupants.refresh();
            this.drawNotice();
        });
        effect(() => this.tracks.setNow(app.now.value));
    }

    private drawNotice(): void {
        const { store, language, slotMinutes } = this.app;
        let notice: Notice = "none";
        if (this.loadedFrom === null) notice = "loading";
        else if (store.gpus.length === 0) notice = "no-gpus";
        else if (this.loadedFrom !== this.period.value.from) notice = "none";
        else if (store.reservations.size === 0) notice = "nothing-booked";
        this.notice.show(notice, language.value, slotMinutes.value);
    }
}

function viewOf(text: string | null): ViewName | null {
    return VIEWS.find((view) => view === text) ?? null;
}

export const CalendarContext = createContext<Calendar | null>(null);

export function useCalendar(): Calendar {
    const calendar = useContext(CalendarContext);
    if (!calendar) throw new Error("there is no Calendar around this component");
    return calendar;
}
