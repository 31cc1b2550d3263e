/**
 * What a row changed: a reservation's main facts before and after it, worked out from the rows that
 * came before. The journal's events hold the new values; the old ones stand in earlier events.
 */

import { instantIn, objectIn, textIn, textsIn, type AuditRow, type JournalEvent } from "./audit_row";

export interface Facts {
    readonly state: string;
    readonly title: string;
    readonly owner: string;
    readonly team: string;
    readonly priority: string;
    readonly gpus: readonly string[];
    readonly start: number | null;
    readonly end: number | null;
}

export type Fact = "state" | "title" | "owner" | "team" | "priority" | "window" | "gpus";

export interface Change {
    readonly before: Facts | null;
    readonly after: Facts;
    readonly changed: readonly Fact[];
}

/** `rows` are those of one reservation, oldest first. Null: the row is not among them. */
export function changeBy(sequence: number, rows: readonly AuditRow[]): Change | null {
    let before: Facts | null = null;
    for (const row of rows) {
        const after = apply(before, row);
        if (row.sequence === sequence) return after && { before, after, changed: differences(before, after) };
        before = after;
    }
    return null;
}

const births = ["reservation_confirmed", "reservation_waitlisted", "job_queued"];

const stateAfter: Readonly<Record<string, string>> = {
    window_offered: "offered",
    window_booked: "confirmed",
    reservation_displaced: "displaced",
    reservation_starting: "starting",
    reservation_running: "running",
    reservation_overrunning: "overrunning",
    reservation_releasing: "releasing",
};

/** Where an event says until when the GPUs are held. */
const endField: Readonly<Record<string, string>> = {
    overrun_granted: "until",
    eviction_planned: "at",
    eviction_called_off: "end",
    reservation_ended: "ended_at",
};

function apply(before: Facts | null, { kind, event }: AuditRow): Facts | null {
    if (births.includes(kind)) return factsOf(objectIn(event, "reservation"));
    if (!before) return null;
    const state = kind === "reservation_ended" ? textIn(event, "state") : stateAfter[kind];
    const gpus = textsIn(event, "gpus");
    const end = instantIn(event, endField[kind] ?? "end");
    const isHandover = kind === "reservation_transferred";
    return {
        ...before,
        ...(state && { state }),
        ...(gpus.length > 0 && { gpus }),
        start: instantIn(event, "start") ?? before.start,
        end: end ?? before.end,
        title: textIn(event, "title") ?? before.title,
        owner: (isHandover && textIn(event, "owner")) || before.owner,
        team: (isHandover && textIn(event, "team")) || before.team,
    };
}

function factsOf(reservation: JournalEvent): Facts {
    const text = (name: string) => textIn(reservation, name) ?? "";
    return {
        state: text("state"),
        title: text("title"),
        owner: text("owner"),
        team: text("team"),
        priority: text("priority"),
        gpus: textsIn(reservation, "gpus"),
        start: instantIn(reservation, "start"),
        end: instantIn(reservation, "end"),
    };
}

function differences(before: Facts | null, after: Facts): Fact[] {
    const facts: Fact[] = ["state", "title", "owner", "team", "priority", "window", "gpus"];
    return facts.filter((fact) => {
        if (!before) return fact === "gpus" ? after.gpus.length > 0 : fact === "window" || after[fact] !== "";
        if (fact === "gpus") return before.gpus.join() !== after.gpus.join();
        if (fact === "window") return before.start !== after.start || before.end !== after.end;
        return before[fact] !== after[fact];
    });
}
