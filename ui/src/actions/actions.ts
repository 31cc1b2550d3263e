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

import type { Reservation } from "../api/contract";
import type { App } from "../app/app";
import type { ReasonedChange } from "../app/site_info";
import { UNDO_TIME } from "../app/toasts";
import { textOf } from "../time/instant_text";
import type { WordKey } from "../words/words";

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
    /** Cancellations that wait for ten seconds, for their undo; all go out when the page closes. */
    private readonly waiting = new Map<string, () => void>();

    constructor(private readonly app: App) {
        addEventListener("pagehide", () => this.waiting.forEach((send) => send()));
    }

    /** Books a wish as POST reservations takes it; quiet: a refusal is thrown. Null: thought better of it. */
    async book(wish: object, isP0: boolean): Promise<Booked | null> {
        const { app } = this;
        if ((await app.who()) === null) return null;
        const reason = isP0 ? await app.reasonFor("book_p0", app.say("act.book")) : "";
        if (reason === null) return null;
        const booked = await app.client.post<Booked>("reservations", wish, { reason });
        const undo = () => void this.undo(() => app.client.post(`reservations/${booked.id}/cancel`, {}));
        const key: WordKey = booked.state === "waitlisted" ? "act.waitlisted" : "act.booked";
        app.toasts.done(app.say(key, { id: booked.id }), undo);
        return booked;
    }

    /** Moves, resizes or renames it at once, and can put it back. Quiet: a refusal is thrown. */
    async change(reservation: Reservation, change: Change, quiet = false): Promise<boolean> {
        const { app } = this;
        if ((await app.who()) === null) return false;
        const reason = await app.reasonFor(kindOf(reservation, change), this.named("act.change", reservation));
        if (reason === null) return false;
        try {
            await app.client.patch(`reservations/${reservation.id}`, this.wireOf(change), { reason });
        } catch (error) {
            if (quiet) throw error;
            app.tell(error);
            return false;
        }
        const back = this.wireOf(before(reservation, change));
        const undo = () => void this.undo(() => app.client.patch(`reservations/${reservation.id}`, back));
        app.toasts.done(this.named("act.changed", reservation), undo);
        return true;
    }

    /** Takes ten seconds to go out, so that it can be taken back without losing the window. */
    async cancel(reservation: Named): Promise<boolean> {
        const { app } = this;
        if ((await app.who()) === null) return false;
        const reason = await app.reasonFor("cancel", this.named("act.cancel", reservation));
        if (reason === null) return false;
        const { id } = reservation;
        const send = () => {
            clearTimeout(timer);
            if (!this.waiting.delete(id)) return;
            app.client
                .post(`reservations/${id}/cancel`, {}, { reason, keepalive: true })
                .catch((error: unknown) => app.tell(error));
        };
        const timer = setTimeout(send, UNDO_TIME);
        this.waiting.set(id, send);
        app.toasts.done(this.named("act.cancelling", reservation), () => {
            clearTimeout(timer);
            this.waiting.delete(id);
        });
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
            await app.client.post(`reservations/${reservation.id}/${word}`, body, { reason });
        } catch (error) {
            app.tell(error);
            return false;
        }
        app.toasts.done(this.named(done, reservation));
        return true;
    }

    private async undo(send: () => Promise<unknown>): Promise<void> {
        try {
            await send();
            this.app.toasts.done(this.app.say("act.undone"));
        } catch (error) {
            this.app.tell(error);
        }
    }

    private named(key: WordKey, { id, title }: Named): string {
        return this.app.say(key, { what: title ? `${title} (${id})` : id });
    }

    private wireOf({ title, start, end, gpus }: Change): object {
        const ids = gpus?.map((gpu) => this.app.store.gpus[gpu]!.id);
        return {
            ...(title !== undefined && { title }),
            ...(start !== undefined && { start: textOf(start) }),
            ...(end !== undefined && { end: textOf(end) }),
            ...(ids && { gpus: { ids } }),
        };
    }
}

function kindOf(reservation: Reservation, change: Change): ReasonedChange {
    const isOnlyEnd = change.end !== undefined && change.start === undefined && !change.gpus;
    if (!isOnlyEnd) return "move";
    return change.end! > reservation.end ? "extend" : "shorten";
}

function before(reservation: Reservation, change: Change): Change {
    return {
        ...(change.title !== undefined && { title: reservation.title }),
        ...(change.start !== undefined && { start: reservation.start }),
        ...(change.end !== undefined && { end: reservation.bookedEnd ?? reservation.end }),
        ...(change.gpus && { gpus: reservation.gpus }),
    };
}
