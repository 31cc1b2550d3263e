/** The page: wires the store, the feed and the views together. Data flows feed → store → views. */

import "./style/tokens.css";
import "./style/page.css";
import "./style/tracks.css";
import "./style/bars.css";
import "./style/card.css";
import { Card } from "./card";
import { TeamColours } from "./colours";
import type { WireCalendar } from "./contract";
import { el } from "./dom";
import { Feed, type Connection, type Window } from "./feed";
import { Formats } from "./formats";
import { Header } from "./header";
import { Legend } from "./legend";
import { NoticePanel, type Notice } from "./notice";
import { applyTheme, recall, recallTheme, remember, type Theme } from "./preferences";
import { SiteClock } from "./site_clock";
import { Store } from "./store";
import { weekOf, type Week } from "./time_scale";
import { TrackView } from "./track_view";
import { languageOf, locales, type Language } from "./words";
import {
    addDays,
    dateFromText,
    dateToText,
    isZone,
    mondayOf,
    wallTime,
    type CivilDate,
} from "./zone";

const SPANS = [7, 3, 1];

class Page {
    private readonly store = new Store();
    private readonly teams = new TeamColours();
    private readonly clock = new SiteClock();
    private readonly card = new Card(this.store, this.teams);
    private readonly header = new Header({
        week: (step) => this.goToWeek(step),
        span: (days) => this.setSpan(days),
        language: (language) => this.setLanguage(language),
        theme: (theme) => this.setTheme(theme),
    });
    private readonly legend = new Legend(this.teams, (team) => this.setSpotlight(team));
    private readonly notice = new NoticePanel();
    private readonly tracks = new TrackView(this.store, this.teams, {
        show: (bar, at) => this.card.show(bar?.reservation ?? null, at, this.formats),
        pin: (bar, at) => this.card.pin(bar.reservation, at, this.formats),
        dismiss: () => this.card.dismiss(),
    });
    private readonly feed = new Feed(this.store, {
        connection: (connection) => this.setConnection(connection),
        loaded: (calendar, window) => this.loaded(calendar, window),
        event: (event) => this.clock.atLeast(Date.parse(event.time)),
    });

    private language: Language = "en";
    private theme: Theme = recallTheme();
    private zone: string;
    private slotMinutes = Number(recall("slot")) || 120;
    /** The week that was asked for; null is the current one, whichever that is by then. */
    private chosen: CivilDate | null;
    private week: Week;
    private formats: Formats;
    private spotlight: string | null = null;
    private connection: Connection = { state: "connecting" };
    private lastLive = 0;
    /** Start of the week that the store holds; null before the first. */
    private loadedFrom: number | null = null;

    constructor() {
        const kept = recall("language");
        this.language = kept === "en" || kept === "zh" ? kept : languageOf(navigator.languages);
        const zone = recall("zone");
        this.zone = isZone(zone) ? zone : Intl.DateTimeFormat().resolvedOptions().timeZone;
        const asked = dateFromText(new URLSearchParams(location.search).get("week"));
        this.chosen = asked && mondayOf(asked);
        this.week = this.weekToShow();
        this.formats = new Formats(this.language, this.zone);
    }

    start(): void {
        applyTheme(this.theme);
        this.tracks.element.append(this.notice.element);
        const main = el("main", "main", this.legend.element, this.tracks.element);
        document.body.replaceChildren(this.header.element, main, this.card.element);
        this.store.onChange = (change) => {
            this.tracks.changed(change);
            this.card.refresh(this.formats);
            if (change.what === "progress") return;
            this.drawLegend();
            this.drawNotice();
        };
        const days = Number(recall("span"));
        const span = SPANS.includes(days) ? days : 7;
        this.header.setSpan(span);
        this.showWeek();
        this.tracks.setSpan(span);
        this.setLanguage(this.language);
        this.tick();
        window.addEventListener("online", () => this.feed.wake());
        document.addEventListener("visibilitychange", () => {
            if (document.hidden) return;
            this.feed.wake();
            this.drawTime();
        });
        void this.feed.run();
    }

    // Time and weeks

    private today(): CivilDate {
        return wallTime(this.clock.now(), this.zone);
    }

    private weekToShow(): Week {
        const monday = this.chosen ?? mondayOf(this.today());
        return weekOf(monday, this.zone, this.slotMinutes);
    }

    private goToWeek(step: -1 | 0 | 1): void {
        const current = mondayOf(this.today());
        const target = step === 0 ? current : addDays(this.week.monday, 7 * step);
        this.chosen = dateToText(target) === dateToText(current) ? null : target;
        const query = this.chosen ? `?week=${dateToText(this.chosen)}` : location.pathname;
        history.replaceState(null, "", query);
        this.card.dismiss();
        const before = this.week;
        this.week = this.weekToShow();
        this.showWeek();
        if (step === 0 && before.from === this.week.from) this.tracks.goToNow();
    }

    private showWeek(): void {
        this.feed.show({ from: this.week.from, to: this.week.to });
        this.tracks.setNow(this.clock.now());
        this.tracks.setWeek(this.week, this.formats);
        this.drawWeekName();
        this.drawNotice();
    }

    private loaded(calendar: WireCalendar, window: Window): void {
        this.loadedFrom = window.from;
        this.clock.set(Date.parse(calendar.now), calendar.simulated_clock ?? false);
        this.header.setSimulatedGpus(calendar.simulated_gpus ?? false);
        if (calendar.zone !== this.zone || calendar.slot_minutes !== this.slotMinutes) {
            this.zone = calendar.zone;
            this.slotMinutes = calendar.slot_minutes;
            this.formats = new Formats(this.language, this.zone);
            remember("zone", this.zone);
            remember("slot", String(this.slotMinutes));
        }
        // The site's zone or clock may make another week of what the page had guessed.
        this.week = this.weekToShow();
        this.showWeek();
        this.drawTime();
    }

    /** Once per second, at the second. */
    private tick(): void {
        this.drawTime();
        const untilNext = 1000 - (this.clock.now() % 1000);
        setTimeout(() => this.tick(), this.clock.simulated ? 1000 : untilNext);
    }

    private drawTime(): void {
        const now = this.clock.now();
        if (this.connection.state === "live") this.lastLive = now;
        this.header.setClock(now, this.formats, this.clock.simulated);
        this.tracks.setNow(now);
        if (this.chosen === null && (now < this.week.from || now >= this.week.to)) {
            this.week = this.weekToShow();
            this.showWeek();
        }
    }

    private drawWeekName(): void {
        this.header.setWeek(this.week, this.formats, this.chosen === null);
        document.title = `Berth · ${this.formats.week(this.week)}`;
    }

    // What people choose

    private setLanguage(language: Language): void {
        if (language !== this.language) remember("language", language);
        this.language = language;
        document.documentElement.lang = locales[language];
        this.formats = new Formats(language, this.zone);
        this.header.setWords(language, this.theme);
        this.setConnection(this.connection);
        this.tracks.setFormats(this.formats);
        this.card.refresh(this.formats);
        this.drawWeekName();
        this.drawTime();
        this.drawLegend();
        this.drawNotice();
    }

    private setTheme(theme: Theme): void {
        this.theme = theme;
        remember("theme", theme);
        applyTheme(theme);
        this.header.setWords(this.language, theme);
    }

    private setSpan(days: number): void {
        remember("span", String(days));
        this.header.setSpan(days);
        this.tracks.setSpan(days);
    }

    private setSpotlight(team: string | null): void {
        this.spotlight = team;
        this.tracks.setSpotlight(team);
        this.drawLegend();
    }

    // What the server says

    private setConnection(connection: Connection): void {
        this.connection = connection;
        document.documentElement.dataset["connection"] = connection.state;
        const since = this.lastLive ? this.formats.clock(this.lastLive) : "";
        this.header.setConnection(connection, since, this.language);
    }

    private drawLegend(): void {
        const teams = new Set<string>();
        for (const { team } of this.store.reservations.values()) teams.add(team);
        if (this.spotlight !== null) teams.add(this.spotlight);
        this.teams.admit(teams);
        this.legend.draw([...teams].sort(), this.spotlight, this.language);
    }

    private drawNotice(): void {
        let notice: Notice = "none";
        if (this.loadedFrom === null) notice = "loading";
        else if (this.store.gpus.length === 0) notice = "no-gpus";
        else if (this.loadedFrom !== this.week.from) notice = "none";
        else if (this.store.reservations.size === 0) notice = "nothing-booked";
        this.notice.show(notice, this.language, this.slotMinutes);
    }
}

new Page().start();
