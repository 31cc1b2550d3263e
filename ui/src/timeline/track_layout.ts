/** What everything that is drawn on the tracks shares: where instants and GPUs lie, and in which words. */

import type { Formats } from "../time/formats";
import type { Period, TimeScale } from "../time/time_scale";
import type { Reservation } from "../api/contract";
import type { Rows } from "./rows";

export interface TrackLayout {
    readonly period: Period;
    readonly scale: TimeScale;
    readonly rows: Rows;
    readonly formats: Formats;
    /** Grows whenever what is drawn must be written anew. */
    readonly version: number;
    /** Grows whenever what is drawn lies elsewhere. */
    readonly shape: number;
    /** Whether it passes the filters; what does not recedes. */
    passes(reservation: Reservation): boolean;
}

/** What can be seen of the tracks, in their own pixels, with a margin. */
export interface Viewport {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
    /** Indexes [first, last) of the rows that it touches. */
    readonly firstRow: number;
    readonly lastRow: number;
}

/** A place on the tracks. */
export interface TrackPoint {
    readonly gpu: number;
    readonly instant: number;
}
