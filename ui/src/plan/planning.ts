/**
 * A question for a window from its asking to its booking, and its answer on the tracks meanwhile.
 *
 *     calendar.plan.open();                 // the panel
 *     await calendar.plan.ask();            // wish → asked
 *     await calendar.plan.book(window);     // by its token
 *
 * A token is good for a minute, and what it stands for may be taken at any time: so an answer that
 * is looked at is asked for anew when it ages or when bookings change, and says what became of it.
 */

import { computed, effect, signal } from "@preact/signals";
import { Refused, type ProblemDocument, type WireSuggestion } from "../api/problem";
import type { App } from "../app/app";
import { showPlace } from "../booking/show_place";
import type { SlotGrid } from "../time/slot_grid";
import type { Calendar } from "../timeline/calendar";
import { changesBetween, freeWindows, keyOf, type AnswerChange, type WirePlan } from "./answer";
import { ghostsOf, indexesOf } from "./plan_ghosts";
import { ghostWords } from "./plan_sentences";
import { firstWish, planBody, waitBody, type Wish } from "./wish";

export interface Asked {
    readonly wish: Wish;
    readonly answer: WirePlan;
    /** When it was answered, by this machine's steady clock and by the site's. */
    readonly local: number;
    readonly site: number;
}

/** The server keeps a token for a minute; the way there takes time too. */
const TOKEN_TIME = 50_000;
/** How long bookings must have been quiet, and how often at most it is asked, in ms. */
const SETTLE = 800;
const GROUP = "plan";

export class Planning {
    readonly isOpen = signal(false);
    /** The form is shown rather than the answer. */
    readonly editing = signal(true);
    readonly wish = signal<Wish | null>(null);
    readonly asked = signal<Asked | null>(null);
    readonly problem = signal<ProblemDocument | null>(null);
    readonly busy = signal(false);
    readonly changes = signal<readonly AnswerChange[]>([]);
    /** The eviction waits for its author's yes: nothing is asked anew meanwhile. */
    readonly confirming = signal(false);
    private readonly chosenKey = signal<string | null>(null);
    readonly chosen = computed(() => this.chosenKey.value);
    /** Titles of victims that are not on the screen. */
    readonly titles = signal<ReadonlyMap<string, string>>(new Map());
    private asking: AbortController | null = null;
    private renewing: ReturnType<typeof setTimeout> | undefined;

    constructor(private readonly calendar: Calendar) {
        const { app } = calendar;
        effect(() => this.draw());
        app.onChange(({ what }) => what === "booking" && this.renewSoon());
        effect(() => {
            void app.now.value;
            if (this.isWatched() && this.isOld()) void this.renew();
        });
    }

    get grid(): SlotGrid {
        return this.calendar.booking.grid.value;
    }

    open(): void {
        this.wish.value ??= firstWish(this.app.clock.now(), this.grid);
        if (!this.asked.peek()) this.editing.value = true;
        this.isOpen.value = true;
    }

    close(): void {
        this.asking?.abort();
        this.isOpen.value = false;
        this.confirming.value = false;
        this.busy.value = false;
        this.forget();
        this.editing.value = true;
    }

    edit(): void {
        this.editing.value = true;
    }

    change(fields: Partial<Wish>): void {
        this.wish.value = { ...this.wish.peek()!, ...fields };
    }

    /** Asks the form's question; the panel then shows the answer, or why there is none. */
    async ask(): Promise<void> {
        const wish = this.wish.peek()!;
        // Only who is known may be told whom a P0 would disturb.
        if (wish.priority === "P0" && (await this.app.who()) === null) return;
        this.forget();
        this.busy.value = true;
        try {
            const asked = await this.put(wish);
            if (!asked) return;
            this.asked.value = asked;
            this.editing.value = false;
            const best = freeWindows(asked.answer)[0];
            if (best && asked.answer.feasible) this.choose(keyOf(best));
            else if (asked.answer.eviction) this.show(asked.answer.eviction);
        } catch (error) {
            this.problem.value = problemIn(error, this.app);
        } finally {
            this.busy.value = false;
        }
    }

    choose(key: string): void {
        this.chosenKey.value = key;
        const window = this.windowOf(key);
        if (window) this.show(window);
    }

    /** Brings a window on the screen. */
    show(window: Pick<WireSuggestion, "gpus" | "start" | "end">): void {
        const gpus = indexesOf(this.app.store.gpus, window.gpus);
        showPlace(this.calendar, { gpus, start: Date.parse(window.start), end: Date.parse(window.end) });
    }

    /** Books exactly this window; if it is gone, tells so and shows what there is now. */
    async book(window: WireSuggestion): Promise<void> {
        if ((await this.app.who()) === null) return;
        await this.carryOut(async () => {
            const plan = await this.tokenOf(window);
            if (!plan) return false;
            const isP0 = this.asked.peek()!.wish.priority === "P0";
            return (await this.calendar.actions.book({ plan }, isP0)) !== null;
        });
    }

    /** The same in the booking form, with all that can be said there. */
    async bookWithMore(window: WireSuggestion): Promise<void> {
        if ((await this.app.who()) === null) return;
        const plan = await this.tokenOf(window);
        if (!plan) return;
        const { title, priority } = this.asked.peek()!.wish;
        const gpus = indexesOf(this.app.store.gpus, window.gpus);
        const [start, end] = [Date.parse(window.start), Date.parse(window.end)];
        this.calendar.booking.open({ gpus, start, end, plan, title, priority });
    }

    /** Joins the waitlist for a window in time for the deadline. */
    async wait(): Promise<void> {
        const { wish } = this.asked.peek()!;
        await this.carryOut(async () => {
            return (await this.calendar.actions.book(waitBody(wish, this.grid), wish.priority === "P0")) !== null;
        });
    }

    async askAsP0(): Promise<void> {
        this.change({ priority: "P0" });
        await this.ask();
    }

    /** Opens the last question before an eviction, if what was seen still holds. */
    async confirmEviction(): Promise<void> {
        if ((await this.app.who()) === null) return;
        if (this.isOld() && (await this.renew())) return;
        if (!this.asked.peek()?.answer.eviction) return;
        // Whoever goes on has seen what changed.
        this.changes.value = [];
        this.confirming.value = true;
    }

    async evict(reason: string): Promise<void> {
        await this.carryOut(async () => {
            if (this.isOld()) await this.renew();
            const plan = this.asked.peek()?.answer.eviction?.plan;
            // Its author said yes to the plan that they saw, and to no other.
            if (!plan || this.changes.peek().length > 0) return false;
            const { app } = this;
            const booked = await app.client.post<{ id: string }>("reservations", { plan }, { reason });
            app.toasts.done(app.say("plan.evicted", { id: booked.id }));
            return true;
        });
        this.confirming.value = false;
    }

    // Asking

    /** Null: asked something else meanwhile. */
    private async put(wish: Wish): Promise<Asked | null> {
        this.asking?.abort();
        const asking = (this.asking = new AbortController());
        const { client, clock } = this.app;
        try {
            const body = planBody(wish, this.grid.slotMinutes);
            const answer = await client.post<WirePlan>("plan", body, { signal: asking.signal });
            return { wish, answer, local: performance.now(), site: clock.now() };
        } catch (error) {
            if (asking.signal.aborted) return null;
            throw error;
        }
    }

    /** Asks the same again and says what changed; whether anything did. */
    private async renew(): Promise<boolean> {
        clearTimeout(this.renewing);
        const before = this.asked.peek();
        if (!before) return false;
        // Asked once per age, also if the answer takes its time or never comes.
        this.asked.value = { ...before, local: performance.now(), site: this.app.clock.now() };
        let asked: Asked | null;
        try {
            asked = await this.put(before.wish);
        } catch (error) {
            const problem = problemIn(error, this.app);
            // Without a connection the answer stays what it was; the header says how things are.
            if (problem.code === "unreachable") return false;
            this.forget();
            this.problem.value = problem;
            return true;
        }
        if (!asked || !this.asked.peek()) return false;
        const changes = changesBetween(before.answer, asked.answer);
        this.asked.value = asked;
        if (changes.length > 0) this.changes.value = changes;
        const key = this.chosenKey.peek();
        if (key && !this.windowOf(key)) this.chosenKey.value = null;
        return changes.length > 0;
    }

    private renewSoon(): void {
        if (!this.isWatched()) return;
        clearTimeout(this.renewing);
        this.renewing = setTimeout(() => this.isWatched() && void this.renew(), SETTLE);
    }

    private isWatched(): boolean {
        const isBeside = this.calendar.booking.draft.peek() === null;
        const isShown = this.isOpen.peek() && isBeside && !this.editing.peek() && !document.hidden;
        return isShown && this.asked.peek() !== null && !this.busy.peek() && !this.confirming.peek();
    }

    private isOld(): boolean {
        const asked = this.asked.peek();
        if (!asked) return false;
        const age = Math.max(performance.now() - asked.local, this.app.clock.now() - asked.site);
        return age > TOKEN_TIME;
    }

    // Booking

    /** A token that is good now for this window; null if it is gone. */
    private async tokenOf(window: WireSuggestion): Promise<string | null> {
        const key = keyOf(window);
        if (this.isOld() || !this.windowOf(key)?.plan) await this.renew();
        return this.windowOf(key)?.plan ?? null;
    }

    /** Does it, and closes the panel once it is done; shows the new answer if the old one no longer holds. */
    private async carryOut(act: () => Promise<boolean>): Promise<void> {
        this.busy.value = true;
        try {
            if (await this.onceMoreIfOutdated(act)) this.close();
        } catch (error) {
            this.app.tell(error);
        } finally {
            this.busy.value = false;
        }
    }

    /** Where only the token was too old, the same is done with a new one, and nobody need know. */
    private async onceMoreIfOutdated(act: () => Promise<boolean>): Promise<boolean> {
        try {
            return await act();
        } catch (error) {
            const code = error instanceof Refused ? error.problem.code : "";
            if (code !== "plan_stale" && code !== "conflict") throw error;
            const hasChanged = await this.renew();
            if (code === "plan_stale") return act();
            if (hasChanged) return false;
            throw error;
        }
    }

    private windowOf(key: string): WireSuggestion | undefined {
        const answer = this.asked.peek()?.answer;
        return answer && freeWindows(answer).find((window) => keyOf(window) === key);
    }

    private forget(): void {
        clearTimeout(this.renewing);
        this.asked.value = null;
        this.problem.value = null;
        this.changes.value = [];
        this.chosenKey.value = null;
    }

    // Showing

    private draw(): void {
        const { app, tracks } = this.calendar;
        void app.loads.value;
        // While one of its windows is in the booking form, that one is enough.
        const isShown = this.isOpen.value && this.calendar.booking.draft.value === null;
        const asked = isShown ? this.asked.value : null;
        if (!asked) return tracks.ghosts.set(GROUP, []);
        const words = ghostWords(app, (id) => this.titleOf(id));
        const choose = (key: string) => this.choose(key);
        tracks.ghosts.set(GROUP, ghostsOf(asked.answer, this.chosen.value, app.store.gpus, words, choose));
        for (const { id } of asked.answer.eviction?.victims ?? []) void this.learnTitle(id);
    }

    /** What the reservation is called; its id until that is known. */
    titleOf(id: string): string {
        return this.app.store.reservations.get(id)?.title || this.titles.value.get(id) || id;
    }

    private async learnTitle(id: string): Promise<void> {
        if (this.app.store.reservations.has(id) || this.titles.peek().has(id)) return;
        this.titles.value = new Map(this.titles.peek()).set(id, "");
        try {
            const { title } = await this.app.client.get<{ title: string }>(`reservations/${id}`);
            this.titles.value = new Map(this.titles.peek()).set(id, title);
        } catch {
            // Its id says enough.
        }
    }

    private get app(): App {
        return this.calendar.app;
    }
}

function problemIn(error: unknown, app: App): ProblemDocument {
    if (!(error instanceof Refused)) throw error;
    return { ...error.problem, detail: app.sentenceOf(error) };
}
