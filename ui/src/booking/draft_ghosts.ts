/** Draws on the tracks what is being booked, what is suggested instead, and what is about to leave. */

import { effect } from "@preact/signals";
import type { App } from "../app/app";
import type { Calendar } from "../timeline/calendar";
import type { Ghost, GhostKind } from "../timeline/ghosts";
import type { Place } from "./fit";
import { holds } from "./fit";
import { reasonOf } from "./suggestion";

export function drawGhosts(calendar: Calendar): void {
    const { ghosts } = calendar.tracks;
    effect(() => ghosts.set("draft", draftGhosts(calendar)));
    effect(() => ghosts.set("suggestions", suggestionGhosts(calendar)));
    effect(() => ghosts.set("leaving", leavingGhosts(calendar)));
}

/** `4 GPUs · Wed 25 Nov 20:00 – Fri 27 Nov 04:00 (32 h)` */
export function placeLabel(app: App, { gpus, start, end }: Place): string {
    const count = app.say("tracks.gpus", { n: gpus.length });
    return `${count} · ${app.formats.value.window(start, end)}`;
}

const KINDS: Readonly<Record<"asking" | "fits" | "clash", GhostKind>> = {
    asking: "draft",
    fits: "fits",
    clash: "clash",
};

function draftGhosts({ app, booking }: Calendar): Ghost[] {
    const draft = booking.draft.value;
    if (!draft) return [];
    const form = booking.form.value;
    const isAny = form.which === "any" && form.purpose === "work" && !draft.plan;
    const gpus = isAny ? booking.placed.value : draft.gpus;
    const place = { gpus, start: draft.start, end: draft.end };
    const kind = KINDS[booking.verdict.value.state];
    const title = form.purpose === "maintenance" ? app.say("book.maintenance") : form.title;
    const label = placeLabel(app, place);
    return [{ key: "draft", kind, ...place, label: title || label, note: title ? label : "" }];
}

function suggestionGhosts({ app, booking }: Calendar): Ghost[] {
    const chosen = booking.chosen.value;
    return booking.suggestions.value
        .filter(({ number }) => number !== chosen)
        .map((suggestion) => ({
            key: String(suggestion.number),
            kind: "suggestion",
            ...suggestion.place,
            label: `${suggestion.number} · ${placeLabel(app, suggestion.place)}`,
            note: reasonOf(app, suggestion),
            choose: () => booking.choose(suggestion),
        }));
}

function leavingGhosts({ app, actions }: Calendar): Ghost[] {
    void app.changes.value;
    return [...actions.leaving.value].flatMap((id) => {
        const reservation = app.store.reservations.get(id);
        if (!reservation || !holds(reservation)) return [];
        const { gpus, start, end, title } = reservation;
        const label = app.say("leaving.label", { what: title || id });
        return [{ key: id, kind: "leaving", gpus, start, end, label }];
    });
}
