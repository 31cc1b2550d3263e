/**
 * What a pressed pointer is doing: drawing a new window, or moving or pulling a bar. Each takes the
 * pointer's place, draws its ghost, and is in the end let go or kept.
 */

import type { Calendar } from "../timeline/calendar";
import type { Row } from "../timeline/rows";
import { Changing } from "./changing";
import { placeLabel } from "./draft_ghosts";
import { sentenceOf } from "./draft_judge";
import { fitOf, type Place } from "./fit";
import type { Grip } from "./grip";
import { drawn, endPulled, gpusBetween, gpusMoved, moved, startPulled, tracksBetween } from "./places";

/** Where the pointer is: an instant, and the row of a GPU that it is nearest to. */
export interface Spot {
    readonly instant: number;
    readonly row: number;
}

export interface Told {
    readonly what: string;
    readonly why: string;
    readonly fits: boolean;
}

export interface Stroke {
    readonly cursor: "draw" | Grip;
    to(spot: Spot): void;
    /** What to say beside the pointer. */
    told(): Told;
    keep(): void;
    drop(): void;
}

const GROUP = "drawing";

export class Drawing implements Stroke {
    readonly cursor = "draw";
    private place: Place;
    private saying: Told = { what: "", why: "", fits: true };

    constructor(
        private readonly calendar: Calendar,
        private readonly from: Spot,
    ) {
        this.place = this.placeTo(from);
    }

    to(spot: Spot): void {
        const { app, tracks, booking } = this.calendar;
        this.place = this.placeTo(spot);
        const fit = fitOf(app.store, this.place, booking.currentSlot.value);
        const label = placeLabel(app, this.place);
        this.saying = { what: label, why: sentenceOf(app, fit), fits: fit.fits };
        const kind = fit.fits ? "fits" : "clash";
        tracks.ghosts.set(GROUP, [{ key: "drawing", kind, ...this.place, label }]);
    }

    told(): Told {
        return this.saying;
    }

    keep(): void {
        this.drop();
        const { app, booking } = this.calendar;
        if (this.place.gpus.length === 0) return;
        const fit = fitOf(app.store, this.place, booking.currentSlot.value);
        // What is over cannot be booked, whatever is filled in.
        if (!fit.fits && fit.why === "past") return booking.live.say(sentenceOf(app, fit));
        booking.open(this.place);
    }

    drop(): void {
        this.calendar.tracks.ghosts.set(GROUP, []);
    }

    private placeTo(spot: Spot): Place {
        const { tracks, booking } = this.calendar;
        const grid = booking.grid.value;
        const rows = tracks.layout().rows.list;
        return {
            gpus: gpusBetween(rows, this.from.row, spot.row),
            ...drawn(grid, this.from.instant, spot.instant, booking.currentSlot.value),
        };
    }
}

export class Pulling implements Stroke {
    constructor(
        private readonly calendar: Calendar,
        private readonly changing: Changing,
        readonly cursor: Grip,
        private readonly from: Spot,
    ) {}

    to(spot: Spot): void {
        this.changing.to(this.placeTo(spot));
    }

    told(): Told {
        const { label, why, fits } = this.changing;
        return { what: label, why, fits };
    }

    keep(): void {
        void this.changing.commit();
    }

    drop(): void {
        this.changing.drop();
    }

    private placeTo(spot: Spot): Place {
        const { tracks, booking } = this.calendar;
        const { asIs } = this.changing;
        const grid = booking.grid.value;
        const earliest = booking.currentSlot.value;
        const by = spot.instant - this.from.instant;
        if (this.cursor === "end") return { ...asIs, end: endPulled(grid, asIs, by, earliest) };
        if (this.cursor === "start") return { ...asIs, start: startPulled(grid, asIs, by, earliest) };
        const rows: readonly Row[] = tracks.layout().rows.list;
        const down = tracksBetween(rows, this.from.row, spot.row);
        return { gpus: gpusMoved(rows, asIs.gpus, down), ...moved(grid, asIs, by) };
    }
}
