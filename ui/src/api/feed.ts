/**
 * Keeps a store in step with the server: loads the window that is shown, follows the live stream
 * from the snapshot's revision on, and heals.
 *
 *     const feed = new Feed(store, handlers);
 *     feed.show({ from, to });
 *     void feed.run();
 *
 * Nothing is lost between a snapshot and the stream: events that arrive while a snapshot is under
 * way are kept and applied again on top of it; the store drops those that the snapshot has.
 */

import type { JournalEvent, WireCalendar, WireEvent, WireProgress } from "./contract";
import { EventParser, type StreamMessage } from "./event_parser";
import { problemOf, Refused } from "./problem";
import type { Store } from "../site/store";

export interface Window {
    readonly from: number;
    readonly to: number;
}

export type Connection =
    | { readonly state: "connecting" }
    | { readonly state: "live" }
    | { readonly state: "lost"; readonly problem: string };

export interface FeedHandlers {
    connection(connection: Connection): void;
    /** After a snapshot of `window` was loaded into the store. */
    loaded(calendar: WireCalendar, window: Window): void;
    /** After an event, whether it changed the store or not. */
    event(event: JournalEvent): void;
    /** A job told how far it is. */
    progress?(progress: WireProgress): void;
}

export interface FeedOptions {
    readonly fetch: typeof fetch;
    /** How long to wait before the n-th try (from 0), in ms. */
    readonly patience: (tries: number) => number;
}

const LOAD_TIMEOUT = 30_000;
/** A stream that says nothing for so long may be dead without anybody having told us. */
const SILENCE = 60_000;
const RELOAD_DELAY = 200;

const defaults: FeedOptions = {
    fetch: (input, init) => fetch(input, init),
    patience: (tries) => Math.min(15_000, 500 * 2 ** tries),
};

export class Feed {
    private window: Window = { from: 0, to: 0 };
    private tag: { window: Window; value: string } | null = null;
    private inFlight: Promise<void> | null = null;
    private loading: AbortController | null = null;
    private stream: AbortController | null = null;
    private missed: JournalEvent[] = [];
    private wakeUp: () => void = () => {};
    private reloadTimer: ReturnType<typeof setTimeout> | undefined;
    private stopped = false;

    constructor(
        private readonly store: Store,
        private readonly handlers: FeedHandlers,
        private readonly options: FeedOptions = defaults,
    ) {}

    /** Chooses the window; when the page is running, loads it. */
    show(window: Window): void {
        if (window.from === this.window.from && window.to === this.window.to) return;
        this.window = window;
        this.loading?.abort();
        // A failure breaks the stream off, so that `run` tells it and tries again.
        if (this.stream) this.load().catch(() => this.stream?.abort());
    }

    reload(): void {
        clearTimeout(this.reloadTimer);
        this.reloadTimer = setTimeout(() => {
            if (this.stream) this.load().catch(() => this.stream?.abort());
        }, RELOAD_DELAY);
    }

    /** Tries again at once, for when the network is said to be back. */
    wake(): void {
        this.wakeUp();
    }

    stop(): void {
        this.stopped = true;
        clearTimeout(this.reloadTimer);
        this.loading?.abort();
        this.stream?.abort();
        this.wakeUp();
    }

    async run(): Promise<void> {
        this.handlers.connection({ state: "connecting" });
        for (let tries = 0; !this.stopped; ) {
            try {
                await this.load();
                await this.follow(() => (tries = 0));
            } catch (error) {
                if (this.stopped) return;
                const problem = error instanceof Refused ? error.message : "";
                this.handlers.connection({ state: "lost", problem });
                await this.pause(this.options.patience(tries++));
            }
        }
    }

    private load(): Promise<void> {
        this.inFlight ??= this.loadNewest().finally(() => (this.inFlight = null));
        return this.inFlight;
    }

    private async loadNewest(): Promise<void> {
        for (;;) {
            const wanted = this.window;
            try {
                await this.loadOnce(wanted);
                if (this.window === wanted) return;
            } catch (error) {
                if (this.window === wanted || this.stopped) throw error;
            }
        }
    }

    private async loadOnce(window: Window): Promise<void> {
        const control = new AbortController();
        const timeout = setTimeout(() => control.abort(), LOAD_TIMEOUT);
        this.loading = control;
        this.missed = [];
        try {
            const text = (instant: number) => new Date(instant).toISOString().replace(".000", "");
            const query = `from=${text(window.from)}&to=${text(window.to)}`;
            const headers: Record<string, string> = { accept: "application/json" };
            if (this.tag?.window === window) headers["if-none-match"] = this.tag.value;
            const answer = await this.options.fetch(`api/v1/calendar?${query}`, {
                headers,
                cache: "no-store",
                signal: control.signal,
            });
            if (answer.status === 304) return;
            if (!answer.ok) throw new Refused(await problemOf(answer));
            const calendar = (await answer.json()) as WireCalendar;
            if (this.window !== window) return;
            const tag = answer.headers.get("etag");
            this.tag = tag ? { window, value: tag } : null;
            this.store.load(calendar);
            for (const event of this.missed) {
                if (this.store.apply(event) === "reload") this.reload();
            }
            this.handlers.loaded(calendar, window);
        } finally {
            clearTimeout(timeout);
            this.missed = [];
        }
    }

    /** Returns when the stream ended in silence; throws when it broke. */
    private async follow(opened: () => void): Promise<void> {
        const control = new AbortController();
        this.stream = control;
        let silent = false;
        let watchdog: ReturnType<typeof setTimeout> | undefined;
        const heard = () => {
            clearTimeout(watchdog);
            watchdog = setTimeout(() => {
                silent = true;
                control.abort();
            }, SILENCE);
        };
        try {
            heard();
            const answer = await this.options.fetch("api/v1/events", {
                headers: {
                    accept: "text/event-stream",
                    "last-event-id": String(this.store.revision),
                },
                cache: "no-store",
                signal: control.signal,
            });
            if (!answer.ok || !answer.body) throw new Refused(await problemOf(answer));
            opened();
            this.handlers.connection({ state: "live" });
            const reader = answer.body.getReader();
            const decoder = new TextDecoder();
            const parser = new EventParser();
            for (;;) {
                const { done, value } = await reader.read();
                if (done) throw new Error("the stream ended");
                heard();
                const text = decoder.decode(value, { stream: true });
                for (const message of parser.push(text)) this.take(message);
            }
        } catch (error) {
            if (!silent) throw error;
        } finally {
            clearTimeout(watchdog);
            this.stream = null;
        }
    }

    private take(message: StreamMessage): void {
        const data: unknown = JSON.parse(message.data);
        if (message.event === "progress") {
            this.store.progress(data as WireProgress);
            this.handlers.progress?.(data as WireProgress);
            return;
        }
        // What has no id is no journal row.
        if (!/^\d+$/.test(message.id)) return;
        const event: JournalEvent = { ...(data as WireEvent), seq: Number(message.id) };
        if (this.inFlight) this.missed.push(event);
        if (this.store.apply(event) === "reload") this.reload();
        this.handlers.event(event);
    }

    private pause(time: number): Promise<void> {
        return new Promise((resolve) => {
            const timer = setTimeout(resolve, time);
            this.wakeUp = () => {
                clearTimeout(timer);
                resolve();
            };
        });
    }
}
