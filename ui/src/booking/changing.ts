/**
 * A reservation that is being moved or resized, by the pointer or by keys: its ghost, whether it fits,
 * and in the end the request.
 *
 *     const changing = new Changing(calendar, reservation);
 *     changing.to({ gpus, start, end });
 *     await changing.commit();            // or changing.drop()
 */

import type { Reservation } from "../api/contract";
import { Refused } from "../api/problem";
import type { Calendar } from "../timeline/calendar";
import { Asking } from "./asking";
import { changeTo } from "./booking";
import { placeLabel } from "./draft_ghosts";
import { sentenceOf } from "./draft_judge";
import { fitNow, fitOf, type Fit, type Place } from "./fit";

const GROUP = "change";
/** How long the ghost waits for the bar to follow. */
const FOLLOWS_WITHIN = 1500;

/** Servers without rehearsals say so once; then they are not asked again. */
let canRehearse = true;

export class Changing {
    readonly asIs: Place;
    place: Place;
    fits = true;
    /** Why it does not fit. */
    why = "";
    /** Called when the server's word changes what is known. */
    told: () => void = () => {};
    private readonly asking = new Asking();

    constructor(
        private readonly calendar: Calendar,
        readonly reservation: Reservation,
    ) {
        const { gpus, start, end, bookedEnd } = reservation;
        this.asIs = { gpus, start, end: bookedEnd ?? end };
        this.place = this.asIs;
    }

    get label(): string {
        return placeLabel(this.calendar.app, this.place);
    }

    get isSame(): boolean {
        return Object.keys(changeTo(this.reservation, this.place)).length === 0;
    }

    to(place: Place): void {
        if (isAlike(place, this.place)) return;
        this.place = place;
        const fit = this.fit();
        this.fits = fit.fits;
        this.why = sentenceOf(this.calendar.app, fit);
        this.draw();
        this.asking.drop();
        if (fit.fits && !this.isSame) this.rehearse();
    }

    drop(): void {
        this.asking.drop();
        this.calendar.tracks.ghosts.set(GROUP, []);
    }

    /** Whether it was done; the ghost goes back when it was not, and the form says why. */
    async commit(): Promise<boolean> {
        const { calendar, reservation } = this;
        this.asking.drop();
        if (this.isSame) {
            this.drop();
            return false;
        }
        const { actions, app, booking } = calendar;
        booking.refused.value = null;
        try {
            const done = await actions.change(reservation, changeTo(reservation, this.place), true);
            if (done) await this.followed();
            return done;
        } catch (error) {
            if (error instanceof Refused) booking.refuse(reservation, error.problem);
            else app.tell(error);
            return false;
        } finally {
            this.drop();
        }
    }

    private fit(): Fit {
        const { app, booking } = this.calendar;
        const { id, state } = this.reservation;
        const earliest = booking.currentSlot.value;
        if (state === "confirmed") return fitOf(app.store, this.place, earliest, id);
        return fitNow(app.store, this.place.gpus, earliest, this.place.end, id);
    }

    private draw(): void {
        const kind = this.fits ? "fits" : "clash";
        const { title, id } = this.reservation;
        const ghost = { key: id, kind, ...this.place, label: title || id, note: this.label } as const;
        this.calendar.tracks.ghosts.set(GROUP, [ghost]);
    }

    private rehearse(): void {
        if (!canRehearse) return;
        const { app, actions } = this.calendar;
        const body = actions.wireOf(changeTo(this.reservation, this.place));
        const path = `reservations/${this.reservation.id}?dry_run=true`;
        this.asking.ask(
            (signal) => app.client.patch(path, body, { signal }),
            () => this.hear(true, ""),
            (error) => {
                if (!(error instanceof Refused) || error.problem.status === 0) return;
                const { status, field } = error.problem;
                const isUnknown = status === 404 || (status === 400 && (field ?? "").includes("dry_run"));
                if (isUnknown) canRehearse = false;
                // A missing reason is asked for when it is done.
                else if (error.problem.code !== "reason_missing") this.hear(false, app.sentenceOf(error));
            },
        );
    }

    private hear(fits: boolean, why: string): void {
        this.fits = fits;
        this.why = why;
        this.draw();
        this.told();
    }

    /** Until the bar is where the ghost is, so that nothing flickers back. */
    private followed(): Promise<void> {
        const { app } = this.calendar;
        const { id } = this.reservation;
        const isThere = () => {
            const now = app.store.reservations.get(id);
            return !now || now.start !== this.asIs.start || now.end !== this.reservation.end
                || now.gpus.join() !== this.asIs.gpus.join();
        };
        if (isThere()) return Promise.resolve();
        return new Promise((done) => {
            const stop = app.onChange(() => {
                if (isThere()) end();
            });
            const timer = setTimeout(() => end(), FOLLOWS_WITHIN);
            const end = () => {
                stop();
                clearTimeout(timer);
                done();
            };
        });
    }
}

function isAlike(a: Place, b: Place): boolean {
    return a.start === b.start && a.end === b.end && a.gpus.join() === b.gpus.join();
}
