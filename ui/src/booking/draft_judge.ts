/** Says of the draft whether it fits: at once by what the page knows, then by the server's word. */

import type { WireSuggestion } from "../api/problem";
import { Refused } from "../api/problem";
import type { App } from "../app/app";
import { Asking } from "./asking";
import type { Booking, Draft } from "./booking";
import { fitOf, type Fit } from "./fit";
import type { Form } from "./form";
import { suggestionsOf } from "./suggestion";
import { questionOf } from "./wish";

export interface Verdict {
    readonly state: "asking" | "fits" | "clash";
    readonly text: string;
}

interface WirePlan {
    readonly feasible: boolean;
    readonly windows: readonly WireSuggestion[];
    readonly summary: string;
    readonly eviction?: object | null;
}

export class DraftJudge {
    private readonly asking = new Asking();
    private asked = "";

    constructor(
        private readonly app: App,
        private readonly booking: Booking,
    ) {}

    /** Runs again whenever the draft, the form or the bookings change. */
    judge(): void {
        const { app, booking } = this;
        const draft = booking.draft.value;
        const form = booking.form.value;
        const changes = app.changes.value;
        const earliest = booking.currentSlot.value;
        if (!draft || booking.refused.value) {
            this.asked = "";
            return this.asking.drop();
        }
        const isAny = form.which === "any" && form.purpose === "work" && !draft.plan;
        const fit: Fit = isAny
            ? draft.start < earliest
                ? { fits: false, why: "past" }
                : { fits: true, sure: false }
            : fitOf(app.store, draft, earliest);
        const question = questionOf(form, draft, booking.site());
        // Another person's booking is a reason to ask again only where it may matter.
        const known = isAny ? changes : fit.fits ? "free" : fit.why === "taken" ? fit.by.id : fit.why;
        const asked = JSON.stringify([question, known, app.user.value, app.language.value, form.purpose, draft.plan]);
        if (asked === this.asked) return;
        this.asked = asked;
        // Maintenance moves others away, and a plan has been asked already.
        if (form.purpose === "maintenance" || draft.plan) {
            this.asking.drop();
            booking.suggestions.value = [];
            booking.couldEvict.value = false;
            booking.verdict.value = unasked(app, fit, form);
            return;
        }
        booking.verdict.value = fit.fits
            ? { state: "asking", text: app.say("verdict.asking") }
            : { state: "clash", text: sentenceOf(app, fit) };
        this.asking.ask(
            (signal) => app.client.post<WirePlan>("plan", question, { signal }),
            (plan) => this.answered(plan, draft, form, fit),
            (error) => this.failed(error, draft),
        );
    }

    private answered(plan: WirePlan, draft: Draft, form: Form, fit: Fit): void {
        const { app, booking } = this;
        const { feasible, windows, eviction } = plan;
        booking.couldEvict.value = !feasible && Boolean(eviction);
        const [first] = suggestionsOf(windows.slice(0, 1), app.store.gpus, draft.gpus);
        if (feasible) {
            if (form.which === "any") booking.placed.value = first?.place.gpus ?? [];
            const gpus = first ? app.formats.value.gpusInShort(first.place.gpus, app.store.gpus) : "";
            const text = form.which === "any" ? app.say("verdict.would", { gpus }) : app.say("verdict.free");
            booking.verdict.value = { state: "fits", text };
            if (booking.chosen.peek() === 0) booking.suggestions.value = [];
            return;
        }
        booking.placed.value = [];
        const own = !fit.fits ? sentenceOf(app, fit) : "";
        booking.verdict.value = { state: "clash", text: own || refusalOf(app, plan) };
        booking.chosen.value = 0;
        booking.suggestions.value = suggestionsOf(windows, app.store.gpus, draft.gpus);
    }

    private failed(error: unknown, draft: Draft): void {
        const { app, booking } = this;
        booking.placed.value = [];
        booking.couldEvict.value = false;
        booking.verdict.value = { state: "clash", text: app.sentenceOf(error) };
        if (!(error instanceof Refused)) return;
        const suggested = error.problem.suggestions ?? [];
        booking.suggestions.value = suggestionsOf(suggested, app.store.gpus, draft.gpus);
    }
}

/** The server's reason; where it gives none, the page's own words, which know both languages. */
function refusalOf(app: App, { summary, windows }: WirePlan): string {
    if (summary.startsWith("no:")) return summary;
    return app.say(windows.length > 0 ? "verdict.nearest" : "verdict.nothing");
}

/** What the page says by itself where the server is not asked beforehand. */
function unasked(app: App, fit: Fit, form: Form): Verdict {
    if (fit.fits) return { state: "fits", text: app.say("verdict.free") };
    if (form.purpose === "maintenance" && fit.why === "taken") {
        const { title, id } = fit.by;
        return { state: "asking", text: app.say("verdict.moves", { what: title || id }) };
    }
    return { state: "clash", text: sentenceOf(app, fit) };
}

/** Why it does not fit, in the page's own words. */
export function sentenceOf(app: App, fit: Fit): string {
    if (fit.fits) return "";
    if (fit.why === "past") return app.say("fit.past");
    const gpu = app.store.gpus[fit.gpu]?.id ?? "";
    if (fit.why === "health") return app.say("fit.health", { gpu });
    const { owner, id, title, start, end } = fit.by;
    const window = app.formats.value.window(start, end);
    const what = title ? app.say("act.what", { title, id }) : id;
    return fit.by.maintenance
        ? app.say("fit.maintenance", { gpu, window })
        : app.say("fit.taken", { gpu, what, owner, window });
}
