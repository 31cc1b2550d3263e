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
import { addDays, dateFromText, dateToText, mondayOf, wallTime, type CivilDate } from "../time/zone";
import { Card } from "./card";
import { NoticePanel, type Notice } from "./notice";
import { TrackView } from "./track_view";

export const VIEWS = ["day", "three", "week", "month"] as const;
export type ViewName = (typeof VIEWS)[number];

/** How many days fit across the screen. */
const SPANS: Readonly<Record<ViewName, number>> = { day: 1, three: 3, week: 7, month: 31 };

export class Calendar {
    readonly actions: Actions;
    readonly view = signal<ViewName>(viewOf(recall("view")) ?? "week");
    /** The day that was asked for; null is today, whichever that is by then. */
    readonly chosen = signal<CivilDate | null>(null);
    readonly period: { readonly value: Period };
    readonly card: Card;
    readonly tracks: TrackView;
    readonly notice = new NoticePanel();
    readonly booking = new Booking();
    readonly plan: Planning;
    /** Start of the period that the store holds; null before the first. */
    private loadedFrom: number | null = null;

    constructor(readonly app: App) {
        this.actions = new Actions(app);
        this.card = new Card(this);
        this.tracks = new TrackView(app.store, app.teams, {
            show: (bar, at) => this.card.show(bar?.reservation ?? null, at, app.formats.value),
            pin: (bar, at) => this.card.pin(bar.reservation, at, app.formats.value),
            dismiss: () => this.card.dismiss(),
            key: (bar, event) => keyOnBar(this, bar, event),
        });
        this.tracks.element.append(this.notice.element);
        const query = app.route.value.query;
        this.view.value = viewOf(query.get("view")) ?? this.view.value;
        this.chosen.value = dateFromText(query.get("date"));
        this.period = this.followPeriod();
        this.plan = new Planning(this);
        this.follow();
        listenForGestures(this);
    }

    /** The day around which the page shows its period. */
    day(): CivilDate {
        return this.chosen.value ?? wallTime(this.app.clock.now(), this.app.zone.value);
    }

    setView(view: ViewName): void {
        remember("view", view);
        this.view.value = view;
        this.tracks.setSpan(SPANS[view]);
        this.writeRoute();
    }

    /** Goes on or back by what the view shows; 0 is now. */
    step(step: -1 | 0 | 1): void {
        if (step === 0) {
            this.goTo(null);
            this.tracks.goToNow();
            return;
        }
        const day = this.day();
        const view = this.view.value;
        if (view === "month") {
            const month = new Date(Date.UTC(day.year, day.month - 1 + step, 1));
            this.goTo({ year: month.getUTCFullYear(), month: month.getUTCMonth() + 1, day: 1 });
        } else {
            const monday = view === "week" ? mondayOf(day) : day;
            this.goTo(addDays(monday, step * SPANS[view]));
        }
    }

    /** Shows the period with this day in it; null follows today. */
    goTo(day: CivilDate | null): void {
        this.card.dismiss();
        const today = wallTime(this.app.clock.now(), this.app.zone.value);
        const isCurrent = day && inPeriodOf(this.view.value, day, today);
        this.chosen.value = isCurrent ? null : day;
        this.writeRoute();
        if (day && this.view.value !== "week" && this.view.value !== "month") {
            const start = periodOf(day, 1, this.app.zone.value, this.app.slotMinutes.value).from;
            this.tracks.goTo(start);
        }
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
            if (change.what === "booking") this.drawNotice();
        });
        app.onLoaded((window) => {
            this.loadedFrom = window.from;
            this.drawNotice();
        });
        effect(() => {
            const period = this.period.value;
            app.feed.show({ from: period.from, to: period.to });
            this.tracks.setNow(app.now.peek());
            this.tracks.setPeriod(period, app.formats.value);
            this.card.refresh(app.formats.value);
            this.drawNotice();
        });
        effect(() => this.tracks.setNow(app.now.value));
        this.tracks.setSpan(SPANS[this.view.value]);
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

/** Whole weeks, so that a closer or wider look needs no other data; a month with its weeks. */
function daysOf(view: ViewName, day: CivilDate): { first: CivilDate; count: number } {
    if (view !== "month") {
        const first = mondayOf(day);
        const crosses = view === "three" && dateToText(mondayOf(addDays(day, 2))) !== dateToText(first);
        return { first, count: crosses ? 14 : 7 };
    }
    const first = mondayOf({ ...day, day: 1 });
    const next = new Date(Date.UTC(day.year, day.month, 1));
    const days = (next.getTime() - Date.UTC(first.year, first.month - 1, first.day)) / 86_400_000;
    return { first, count: Math.ceil(days / 7) * 7 };
}

function inPeriodOf(view: ViewName, a: CivilDate, b: CivilDate): boolean {
    if (view === "month") return a.year === b.year && a.month === b.month;
    if (view === "week") return dateToText(mondayOf(a)) === dateToText(mondayOf(b));
    return dateToText(a) === dateToText(b);
}

export const CalendarContext = createContext<Calendar | null>(null);

export function useCalendar(): Calendar {
    const calendar = useContext(CalendarContext);
    if (!calendar) throw new Error("there is no Calendar around this component");
    return calendar;
}
