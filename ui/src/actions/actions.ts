/**
 * What a person does to a reservation from this page: each asks who they are and, where the site
 * wants it, why; tells what came of it; and offers the way back where there is one.
 *
 *     await actions.cancel(reservation);
 *     const moved = await actions.change(reservation, { start, gpus });
 *
 * Each returns whether it was done. A refusal has been told by then, unless `quiet` says that the
 * caller shows it itself: then it is thrown.
 */

import { signal } from "@preact/signals";
import type { Reservation } from "../api/contract";
import { Refused } from "../api/problem";
import type { App } from "../app/app";
import type { ReasonedChange } from "../app/site_info";
import { textOf } from "../time/instant_text";
import type { WordKey } from "../words/words";
import { Departures } from "./departures";

/** What is to be different; what is absent stays. Instants in ms, GPUs as flat indexes. */
export interface Change {
    readonly title?: string;
    readonly start?: number;
    readonly end?: number;
    readonly gpus?: readonly number[];
}

export interface Booked {
    readonly id: string;
    readonly state: string;
    readonly revision: number;
    readonly title: string;
    readonly start: string;
    readonly end: string;
    readonly gpus: readonly string[];
}

type Named = Pick<Reservation, "id" | "title">;

export class Actions {
    /** Reservations whose cancellation waits for its undo. */
    readonly leaving = signal<ReadonlySet<string>>(new Set());
    private readonly departures: Departures;

    constructor(private readonly app: App) {
        this.departures = new Departures(app, this.leaving, (key, named) => this.named(key, named));
    }

    /**
     * Books a wish as POST reservations takes it; quiet: a refusal is thrown. Null: thought better of
     * it. A reason that was given in the form is not asked for again.
     */
    async book(wish: object, isP0: boolean, reason = ""): Promise<Booked | null> {
        return this.add("reservations", wish, isP0 ? "book_p0" : null, reason);
    }

    /** Takes GPUs away from work for a while, as POST maintenance takes it; quiet like `book`. */
    async maintain(wish: object, reason = ""): Promise<Booked | null> {
        return this.add("maintenance", wish, "maintenance", reason);
    }

    /** Moves, resizes or renames it at once, and can put it back. Quiet: a refusal is thrown. */
    async change(reservation: Reservation, change: Change, quiet = false): Promise<boolean> {
        const { app } = this;
        if ((await app.who()) === null) return false;
        const kinds = kindsOf(reservation, change);
        const reason = await app.reasonFor(kinds, this.named("act.change", reservation));
        if (reason === null) return false;
        const now = app.store.reservations.get(reservation.id);
        if (change.title === undefined && now && !stands(reservation, now)) {
            app.toasts.problem(this.named("act.changed.meanwhile", reservation));
            return false;
        }
        const path = `reservations/${reservation.id}`;
        let changed: Booked;
        try {
            changed = await app.client.patch<Booked>(path, this.wireOf(change), { reason });
        } catch (error) {
            if (quiet) throw error;
            app.tell(error);
            return false;
        }
        const back = this.wireOf(before(reservation, change));
        const undoing = { reason: app.say("act.undo.reason"), ifMatch: changed.revision };
        app.toasts.done(this.named("act.changed", reservation), () => {
            void this.undo(reservation, () => app.client.patch(path, back, undoing));
        });
        return true;
    }

    /** Takes ten seconds to go out, so that it can be taken back without losing the window. */
    async cancel(reservation: Named): Promise<boolean> {
        const { app } = this;
        if (this.departures.isLeaving(reservation.id) || (await app.who()) === null) return false;
        const reason = await app.reasonFor("cancel", this.named("act.cancel", reservation));
        if (reason === null) return false;
        this.departures.begin(reservation, reason);
        return true;
    }

    release(reservation: Named): Promise<boolean> {
        return this.say(reservation, "release", {}, "act.released", null);
    }

    accept(reservation: Named): Promise<boolean> {
        return this.say(reservation, "accept", {}, "act.accepted", null);
    }

    decline(reservation: Named): Promise<boolean> {
        return this.say(reservation, "decline", {}, "act.declined", null);
    }

    checkIn(reservation: Named): Promise<boolean> {
        return this.say(reservation, "check-in", {}, "act.checkedin", null);
    }

    transfer(reservation: Named, to: { to_user?: string; to_team?: string }): Promise<boolean> {
        return this.say(reservation, "transfer", to, "act.transferred", "transfer");
    }

    /** What a change is on the wire. */
    wireOf({ title, start, end, gpus }: Change): object {
        const ids = gpus?.map((gpu) => this.app.store.gpus[gpu]!.id);
        return {
            ...(title !== undefined && { title }),
            ...(start !== undefined && { start: textOf(start) }),
            ...(end !== undefined && { end: textOf(end) }),
            // With their number: where a cluster chooses among a node's GPUs, equal ones would do.
            ...(ids && { gpus: { ids, count: ids.length } }),
        };
    }

    private async add(
        path: "reservations" | "maintenance",
        wish: object,
        wants: ReasonedChange | null,
        given: string,
    ): Promise<Booked | null> {
        const { app } = this;
        if ((await app.who()) === null) return null;
        const reason = given || !wants ? given : await app.reasonFor(wants, app.say("act.book"));
        if (reason === null) return null;
        const booked = await app.client.post<Booked>(path, wish, { reason });
        const waits = booked.state === "waitlisted";
        const [start, end] = [Date.parse(booked.start), Date.parse(booked.end)];
        // Who waits may get their window meanwhile, and what starts now changes by itself: neither
        // is another person's change.
        const stays = !waits && start > app.clock.now();
        const undoing = {
            reason: app.say("act.undo.reason"),
            ...(stays && { ifMatch: booked.revision }),
        };
        const words = app.say(waits ? "act.waitlisted" : "act.booked", {
            what: this.nameOf(booked),
            window: app.formats.value.window(start, end),
        });
        app.toasts.done(words, () => {
            void this.undo(booked, () => app.client.post(`reservations/${booked.id}/cancel`, {}, undoing));
        });
        return booked;
    }

    private async say(
        reservation: Named,
        word: string,
        body: object,
        done: WordKey,
        wants: ReasonedChange | null,
    ): Promise<boolean> {
        const { app } = this;
        if ((await app.who()) === null) return false;
        const reason = wants ? await app.reasonFor(wants, this.named("act.change", reservation)) : "";
        if (reason === null) return false;
        try {
            const path = `reservations/${reservation.id}/${word}`;
            const after = await app.client.post<{ transfer?: object | null } | null>(path, body, { reason });
            // To another team it goes over only once they accept.
            const waits = word === "transfer" && Boolean(after?.transfer);
            app.toasts.done(this.named(waits ? "act.handing" : done, reservation));
            return true;
        } catch (error) {
            app.tell(error);
            return false;
        }
    }

    private async undo(what: Named, send: () => Promise<unknown>): Promise<void> {
        const { app } = this;
        try {
            await send();
            app.toasts.done(this.named("act.undone", what));
        } catch (error) {
            const changedMeanwhile = error instanceof Refused && error.problem.status === 412;
            if (changedMeanwhile) app.toasts.problem(this.named("act.undo.late", what), error.problem);
            else app.tell(error);
        }
    }

    private named(key: WordKey, what: Named): string {
        return this.app.say(key, { what: this.nameOf(what) });
    }

    private nameOf({ id, title }: Named): string {
        return title ? this.app.say("act.what", { title, id }) : id;
    }
}

/** As the server sees it: another start or other GPUs are a move, another length is that too. */
function kindsOf(reservation: Reservation, change: Change): readonly ReasonedChange[] {
    const kinds: ReasonedChange[] = [];
    const start = change.start ?? reservation.start;
    if (start !== reservation.start || change.gpus) kinds.push("move");
    if (change.end === undefined) return kinds;
    const before = (reservation.bookedEnd ?? reservation.end) - reservation.start;
    const after = change.end - start;
    if (after > before) kinds.push("extend");
    if (after < before) kinds.push("shorten");
    return kinds;
}

/** Whether it is still where it was when the change was thought of. */
function stands(then: Reservation, now: Reservation): boolean {
    const sameGpus = then.gpus.length === 0 || then.gpus.join() === now.gpus.join();
    return sameGpus && then.start === now.start && (then.bookedEnd ?? then.end) === (now.bookedEnd ?? now.end);
}

function before(reservation: Reservation, change: Change): Change {
    return {
        ...(change.title !== undefined && { title: reservation.title }),
        ...(change.start !== undefined && { start: reservation.start }),
        ...(change.end !== undefined && { end: reservation.bookedEnd ?? reservation.end }),
        ...(change.gpus && { gpus: reservation.gpus }),
    };
}
