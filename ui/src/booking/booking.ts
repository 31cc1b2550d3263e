/**
 * Booking from the page: the draft that a drag, a key or a suggestion made, until it is booked or let go.
 *
 *     calendar.booking.open({ gpus, start, end });      // the form beside the tracks, the ghost on them
 */

import { signal } from "@preact/signals";

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

export class Booking {
    readonly draft = signal<Draft | null>(null);

    open(draft: Draft): void {
        this.draft.value = draft;
    }

    close(): void {
        this.draft.value = null;
    }
}
