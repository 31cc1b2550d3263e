/**
 * Booking from the page: the draft that a drag, a key or a suggestion made, until it is booked or let go.
 *
 *     calendar.booking.open({ gpus, start, end });      // the form beside the tracks, the ghost on them
 */

import { computed, effect, signal, untracked, type ReadonlySignal } from "@preact/signals";
import type { Reservation } from "../api/contract";
import { Refused, type ProblemDocument } from "../api/problem";
import type { App } from "../app/app";
import { recall, remember } from "../app/preferences";
import type { Calendar } from "../timeline/calendar";
import { DraftJudge, type Verdict } from "./draft_judge";
import { nextFree, type Place } from "./fit";
import { emptyForm, type Form } from "./form";
import { LiveLine } from "./live_line";
import { showPlace } from "./show_place";
import { SlotGrid } from "../time/slot_grid";
import { suggestionsOf, type Suggestion } from "./suggestion";
import { bookingOf, maintenanceOf, type Site } from "./wish";

export interface Draft {
    /** Flat GPU indexes, ascending. */
    readonly gpus: readonly number[];
    readonly start: number;
    readonly end: number;
    /** The token of a plan: the server books exactly what it planned. */
    readonly plan?: string;
    readonly title?: string;
    readonly priority?: string;
}

/** A move or a new length that the server would not have. */
export interface RefusedChange {
    readonly reservation: Reservation;
    readonly problem: ProblemDocument;
}

export class Booking {
    readonly draft = signal<Draft | null>(null);
    readonly form = signal<Form>(emptyForm(""));
    readonly verdict = signal<Verdict>({ state: "asking", text: "" });
    readonly suggestions = signal<readonly Suggestion[]>([]);
    /** The suggestion that the draft was made to be; 0: none. */
    readonly chosen = signal(0);
    /** GPUs that the server would take for "any". */
    readonly placed = signal<readonly number[]>([]);
    readonly refused = signal<RefusedChange | null>(null);
    /** As a P0 it could take its window from others, by a plan. */
    readonly couldEvict = signal(false);
    readonly busy = signal(false);
    readonly live = new LiveLine();
    grid!: ReadonlySignal<SlotGrid>;
    /** Where the current slot began. */
    currentSlot!: ReadonlySignal<number>;
    private calendar!: Calendar;
    private app!: App;

    /** Called once, by the calendar that it belongs to. */
    attach(calendar: Calendar): void {
        const { app } = calendar;
        this.calendar = calendar;
        this.app = app;
        this.grid = computed(() => new SlotGrid(app.siteZone.value, app.slotMinutes.value));
        this.currentSlot = computed(() => this.grid.value.floor(app.now.value));
        const judge = new DraftJudge(app, this);
        effect(() => judge.judge());
        calendar.tracks.element.append(this.live.element);
    }

    site(): Site {
        const onCluster = this.app.site.value?.runs_on === "kubernetes";
        return { gpus: this.app.store.gpus, currentSlot: this.currentSlot.value, onCluster };
    }

    /** Begins a draft, or draws the one that is open anew; what has been typed stays. */
    open(draft: Draft): void {
        const { form } = this;
        const isNew = this.draft.peek() === null;
        const base = isNew ? emptyForm(this.usualTeam()) : form.peek();
        form.value = {
            ...base,
            which: "these",
            count: draft.gpus.length,
            title: draft.title ?? base.title,
            priority: draft.priority ?? base.priority,
        };
        this.refused.value = null;
        this.suggestions.value = [];
        this.chosen.value = 0;
        this.placed.value = [];
        this.draft.value = draft;
    }

    /** A draft of the next free slot in the days that are shown, for who does not draw. */
    openNext(): void {
        const { store } = this.app;
        if (this.draft.peek() || store.gpus.length === 0) return;
        const grid = this.grid.value;
        const start = Math.max(this.currentSlot.value, grid.ceil(store.from));
        const next = (edge: number) => grid.add(edge, 1);
        const now = this.currentSlot.value;
        const place = nextFree(store, start, next) ?? { gpus: [0], start: now, end: next(now) };
        this.open(place);
        showPlace(this.calendar, place);
    }

    /** Closes what is seen: a refusal first, so that a half-filled form comes back from under it. */
    close(): void {
        if (this.refused.peek()) this.refused.value = null;
        else this.draft.value = null;
        this.suggestions.value = [];
        this.chosen.value = 0;
    }

    set(part: Partial<Form>): void {
        this.form.value = { ...this.form.peek(), ...part };
    }

    /** Another window for the draft; a plan's token holds for its own only. */
    setPlace(place: Place): void {
        const { plan: _, ...draft } = this.draft.peek()!;
        this.suggestions.value = [];
        this.chosen.value = 0;
        this.draft.value = { ...draft, ...place };
        this.set({ count: this.form.peek().which === "these" ? place.gpus.length : this.form.peek().count });
    }

    /** Makes the draft one of the suggested windows, or gives a refused change that window. */
    choose(suggestion: Suggestion): void {
        const { place, number } = suggestion;
        const refused = this.refused.peek();
        if (refused) {
            void this.changeInstead(refused.reservation, place);
            return;
        }
        const { plan: _, ...draft } = this.draft.peek()!;
        this.chosen.value = number;
        this.set({ count: place.gpus.length });
        this.draft.value = { ...draft, ...place };
        showPlace(this.calendar, place);
    }

    /** Shows why a change was refused, and what would work. */
    refuse(reservation: Reservation, problem: ProblemDocument): void {
        this.refused.value = { reservation, problem };
        this.chosen.value = 0;
        this.suggestions.value = suggestionsOf(
            problem.suggestions ?? [],
            this.app.store.gpus,
            reservation.gpus,
        );
        this.live.say(problem.detail);
    }

    /** Books the draft; a refusal stays in the form, with what would work. */
    async book(): Promise<void> {
        const draft = this.draft.peek();
        if (!draft || this.busy.peek()) return;
        this.busy.value = true;
        const { calendar, app } = this;
        const form = this.form.peek();
        const site = this.site();
        const reason = form.reason.trim();
        try {
            const booked =
                form.purpose === "maintenance"
                    ? await calendar.actions.maintain(maintenanceOf(form, draft, site), reason)
                    : await calendar.actions.book(bookingOf(form, draft, site), form.priority === "P0", reason);
            if (!booked) return;
            remember(`team.of.${app.user.value}`, form.team.trim());
            this.close();
            const gpus = booked.gpus.flatMap((id) => {
                const gpu = app.store.gpus.findIndex((other) => other.id === id);
                return gpu < 0 ? [] : [gpu];
            });
            if (gpus.length > 0) {
                const place = { gpus, start: Date.parse(booked.start), end: Date.parse(booked.end) };
                showPlace(calendar, place);
            }
        } catch (error) {
            this.refuseDraft(error, draft);
        } finally {
            this.busy.value = false;
        }
    }

    private refuseDraft(error: unknown, draft: Draft): void {
        const { app } = this;
        if (!(error instanceof Refused)) return app.tell(error);
        const { problem } = error;
        this.verdict.value = { state: "clash", text: app.sentenceOf(error) };
        this.chosen.value = 0;
        this.suggestions.value = suggestionsOf(problem.suggestions ?? [], app.store.gpus, draft.gpus);
        this.live.say(this.verdict.value.text);
        if (problem.code !== "plan_stale") return;
        // The token is too old: what it stood for is asked for by itself.
        const { plan: _, ...rest } = draft;
        this.draft.value = rest;
    }

    private async changeInstead(reservation: Reservation, place: Place): Promise<void> {
        const { calendar, app } = this;
        const now = app.store.reservations.get(reservation.id) ?? reservation;
        try {
            const done = await calendar.actions.change(now, changeTo(now, place), true);
            if (!done) return;
            this.close();
            showPlace(calendar, place);
        } catch (error) {
            if (error instanceof Refused) this.refuse(now, error.problem);
            else app.tell(error);
        }
    }

    private usualTeam(): string {
        return untracked(() => {
            const { app } = this;
            const own = app.site.value?.you?.teams ?? [];
            const last = recall(`team.of.${app.user.value}`) ?? "";
            const fits = own.length === 0 || own.includes(last);
            return fits && last ? last : (own[0] ?? "");
        });
    }
}

/** Only what differs: what has begun may change its end, and nothing else may be named. */
export function changeTo(
    reservation: Reservation,
    { gpus, start, end }: Place,
): { start?: number; end?: number; gpus?: readonly number[] } {
    const moves = start !== reservation.start;
    const isLong = end !== (reservation.bookedEnd ?? reservation.end);
    return {
        ...(moves && { start }),
        ...((moves || isLong) && { end }),
        ...(gpus.join() !== reservation.gpus.join() && { gpus }),
    };
}
