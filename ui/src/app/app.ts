/**
 * What all parts of the page share: the site's bookings and clock, who sits here, the language, and
 * the way to the server. Components get it with `useApp()`.
 */

import { computed, effect, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { Client } from "../api/client";
import type { JournalEvent, WireCalendar, WireProgress } from "../api/contract";
import { Feed, type Connection, type Window } from "../api/feed";
import { Refused } from "../api/problem";
import { TeamColours } from "../site/colours";
import { Store, type Change } from "../site/store";
import { Formats } from "../time/formats";
import { SiteClock } from "../time/site_clock";
import { isZone } from "../time/zone";
import { languageOf, locales, say, type Gaps, type Language, type WordKey } from "../words/words";
import { Dialogs } from "./dialogs";
import { applyTheme, recall, recallTheme, remember, type Theme } from "./preferences";
import { formatRoute, parseRoute, type PageName } from "./route";
import type { ReasonedChange, SiteInfo } from "./site_info";
import { Toasts } from "./toasts";

/** The same width as in style/agenda.css. */
const NARROW = matchMedia("(max-width: 700px)");

type Listener<T> = (what: T) => void;

export class App {
    readonly store = new Store();
    readonly teams = new TeamColours();
    readonly clock = new SiteClock();
    readonly toasts = new Toasts();
    readonly dialogs = new Dialogs();

    readonly user = signal(recall("user") ?? "");
    readonly language = signal<Language>(chosenLanguage());
    readonly theme = signal<Theme>(recallTheme());
    readonly route = signal(parseRoute(location.hash));
    readonly connection = signal<Connection>({ state: "connecting" });
    /** When the connection was last seen to be there, in site time; 0 before. */
    readonly lastLive = signal(0);
    /** The site's time; follows once a second. */
    readonly now = signal(this.clock.now());
    /** Grows with every change of a booking in the store. */
    readonly changes = signal(0);
    /** Grows with every snapshot: what the store holds is another window, or the same anew. */
    readonly loads = signal(0);
    readonly site = signal<SiteInfo | null>(null);
    readonly siteZone = signal(knownZone());
    /** The zone that times are shown in; null is the site's. */
    readonly chosenZone = signal<string | null>(chosenZone());
    readonly slotMinutes = signal(Number(recall("slot")) || 120);
    readonly simulatedGpus = signal(false);
    /** Whether the screen has no room for tracks. */
    readonly narrow = signal(NARROW.matches);

    readonly zone = computed(() => this.chosenZone.value ?? this.siteZone.value);
    readonly formats = computed(() => new Formats(this.language.value, this.zone.value));

    readonly client = new Client(() => this.user.value);
    readonly feed = new Feed(this.store, {
        connection: (connection) => this.setConnection(connection),
        loaded: (calendar, window) => this.loaded(calendar, window),
        event: (event) => this.heard(event),
        progress: (progress) => this.progressListeners.forEach((tell) => tell(progress)),
    });

    private readonly changeListeners = new Set<Listener<Change>>();
    private readonly eventListeners = new Set<Listener<JournalEvent>>();
    private readonly progressListeners = new Set<Listener<WireProgress>>();
    private readonly loadListeners = new Set<Listener<Window>>();

    constructor() {
        this.store.onChange = (change) => {
            this.changeListeners.forEach((tell) => tell(change));
            if (change.what === "booking") ++this.changes.value;
        };
        effect(() => {
            document.documentElement.lang = locales[this.language.value];
            remember("language", this.language.value);
        });
        effect(() => {
            applyTheme(this.theme.value);
            remember("theme", this.theme.value);
        });
        effect(() => remember("zone.chosen", this.chosenZone.value ?? ""));
        effect(() => {
            remember("user", this.user.value);
            void this.loadSite();
        });
        NARROW.addEventListener("change", ({ matches }) => (this.narrow.value = matches));
        addEventListener("hashchange", () => (this.route.value = parseRoute(location.hash)));
        addEventListener("online", () => this.feed.wake());
        document.addEventListener("visibilitychange", () => {
            if (document.hidden) return;
            this.feed.wake();
            this.setTime();
        });
        this.tick();
    }

    say(key: WordKey, gaps: Gaps = {}): string {
        return say(this.language.value, key, gaps);
    }

    go(page: PageName, query: URLSearchParams | null = null, rest = ""): void {
        location.hash = formatRoute(page, query, rest);
    }

    /** Writes what the page shows into its address, without a step in the history. */
    setQuery(query: URLSearchParams): void {
        const { page, rest } = this.route.peek();
        history.replaceState(null, "", formatRoute(page, query, rest));
        this.route.value = parseRoute(location.hash);
    }

    /** Each returns how to stop listening. */
    onChange(tell: Listener<Change>): () => void {
        return listen(this.changeListeners, tell);
    }

    onEvent(tell: Listener<JournalEvent>): () => void {
        return listen(this.eventListeners, tell);
    }

    onProgress(tell: Listener<WireProgress>): () => void {
        return listen(this.progressListeners, tell);
    }

    onLoaded(tell: Listener<Window>): () => void {
        return listen(this.loadListeners, tell);
    }

    /** Who sits here; asks if nobody said so yet. Null: they would not say. */
    async who(): Promise<string | null> {
        if (!this.user.value) {
            const name = await this.dialogs.askUser("");
            if (name === null) return null;
            this.user.value = name;
        }
        return this.user.value;
    }

    /** Why; asks where the site wants a reason for such a change. Null: they thought better of it. */
    async reasonFor(changes: ReasonedChange | readonly ReasonedChange[], what: string): Promise<string | null> {
        const required = this.site.value?.rules.reason_required ?? [];
        const wanted = [changes].flat().some((change) => required.includes(change));
        return wanted ? this.dialogs.askReason(what) : "";
    }

    /** The sentence to show for whatever was thrown. */
    sentenceOf(error: unknown): string {
        if (error instanceof Refused) {
            return error.problem.code === "unreachable" ? this.say("problem.unreachable") : error.message;
        }
        return error instanceof Error ? error.message : String(error);
    }

    /** Tells at the foot of the page why something did not work. */
    tell(error: unknown): void {
        const problem = error instanceof Refused ? error.problem : undefined;
        this.toasts.problem(this.sentenceOf(error), problem);
    }

    async loadSite(): Promise<void> {
        try {
            this.site.value = await this.client.get<SiteInfo>("site");
        } catch {
            // The page works without: the server decides in any case.
            this.site.value = null;
        }
    }

    private setConnection(connection: Connection): void {
        const wasLost = this.connection.peek().state === "lost";
        this.connection.value = connection;
        document.documentElement.dataset["connection"] = connection.state;
        if (connection.state === "live" && wasLost) void this.loadSite();
        this.setTime();
    }

    private loaded(calendar: WireCalendar, window: Window): void {
        this.clock.set(Date.parse(calendar.now), calendar.simulated_clock ?? false);
        this.simulatedGpus.value = calendar.simulated_gpus ?? false;
        this.siteZone.value = calendar.zone;
        this.slotMinutes.value = calendar.slot_minutes;
        remember("zone", calendar.zone);
        remember("slot", String(calendar.slot_minutes));
        ++this.loads.value;
        this.setTime();
        this.loadListeners.forEach((tell) => tell(window));
    }

    private heard(event: JournalEvent): void {
        this.clock.atLeast(Date.parse(event.time));
        if (this.clock.simulated) this.setTime();
        this.eventListeners.forEach((tell) => tell(event));
    }

    private setTime(): void {
        this.now.value = this.clock.now();
        if (this.connection.peek().state === "live") this.lastLive.value = this.now.peek();
    }

    /** Once per second, at the second. */
    private tick(): void {
        this.setTime();
        const untilNext = 1000 - (this.clock.now() % 1000);
        setTimeout(() => this.tick(), this.clock.simulated ? 1000 : untilNext);
    }
}

function listen<T>(listeners: Set<Listener<T>>, tell: Listener<T>): () => void {
    listeners.add(tell);
    return () => listeners.delete(tell);
}

function chosenLanguage(): Language {
    const kept = recall("language");
    return kept === "en" || kept === "zh" ? kept : languageOf(navigator.languages);
}

function knownZone(): string {
    const zone = recall("zone");
    return isZone(zone) ? zone : Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function chosenZone(): string | null {
    const zone = recall("zone.chosen");
    return isZone(zone) ? zone : null;
}

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
    const app = useContext(AppContext);
    if (!app) throw new Error("there is no App around this component");
    return app;
}
