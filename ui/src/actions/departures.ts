/**
 * Cancellations that go out after ten seconds, so that each can be taken back without losing its
 * window. A closed page sends them at once; what somebody else changes meanwhile is not cancelled.
 */

import type { Signal } from "@preact/signals";
import type { Reservation } from "../api/contract";
import type { App } from "../app/app";
import { UNDO_TIME } from "../app/toasts";
import { lookOf } from "../site/states";
import type { WordKey } from "../words/words";

type Named = Pick<Reservation, "id" | "title">;

interface Departure {
    readonly what: Named;
    readonly reason: string;
    readonly user: string;
    /** As it was when they decided; null where the page does not hold it. */
    readonly seen: Reservation | null;
    readonly timer: ReturnType<typeof setTimeout>;
    readonly toast: number;
}

export class Departures {
    private readonly waiting = new Map<string, Departure>();

    constructor(
        private readonly app: App,
        private readonly leaving: Signal<ReadonlySet<string>>,
        private readonly named: (key: WordKey, what: Named) => string,
    ) {
        addEventListener("pagehide", () => {
            for (const departure of [...this.waiting.values()]) this.send(departure);
        });
        app.onChange(({ id }) => {
            const departure = id === null ? undefined : this.waiting.get(id);
            if (departure) this.look(departure);
        });
    }

    isLeaving(id: string): boolean {
        return this.waiting.has(id);
    }

    begin(what: Named, reason: string): void {
        const { app } = this;
        const { id } = what;
        const toast = app.toasts.done(this.named("act.cancelling", what), () => this.drop(id));
        const timer = setTimeout(() => {
            const departure = this.waiting.get(id);
            if (departure) this.send(departure);
        }, UNDO_TIME);
        const seen = app.store.reservations.get(id) ?? null;
        this.waiting.set(id, { what, reason, user: app.user.value, seen, timer, toast });
        this.tellWho();
    }

    private send({ what, reason, user }: Departure): void {
        const { app } = this;
        this.drop(what.id);
        // Whoever sits here by now did not decide it.
        if (app.user.value !== user) {
            app.toasts.problem(this.named("act.cancel.other", what));
            return;
        }
        app.client
            .post(`reservations/${what.id}/cancel`, {}, { reason, keepalive: true })
            .catch((error: unknown) => app.tell(error));
    }

    /** It has changed: by its own course, or by another person, who then did not know of this. */
    private look(departure: Departure): void {
        const { what, seen } = departure;
        const now = this.app.store.reservations.get(what.id);
        if (!seen || !now) return;
        const hasEnded = lookOf(now.state) !== "booked" && lookOf(now.state) !== "active";
        if (!hasEnded && isAlike(seen, now)) return;
        this.drop(what.id);
        this.app.toasts.close(departure.toast);
        this.app.toasts.problem(this.named(hasEnded ? "act.cancel.ended" : "act.cancel.changed", what));
    }

    private drop(id: string): void {
        const departure = this.waiting.get(id);
        if (!departure) return;
        clearTimeout(departure.timer);
        this.waiting.delete(id);
        this.tellWho();
    }

    private tellWho(): void {
        this.leaving.value = new Set(this.waiting.keys());
    }
}

/** Nothing that a person decides has changed. */
function isAlike(a: Reservation, b: Reservation): boolean {
    return (
        a.owner === b.owner &&
        a.team === b.team &&
        a.title === b.title &&
        a.start === b.start &&
        (a.bookedEnd ?? a.end) === (b.bookedEnd ?? b.end) &&
        a.gpus.join() === b.gpus.join()
    );
}
