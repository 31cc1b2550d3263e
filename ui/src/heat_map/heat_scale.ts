/** From shares to what is seen: which of the two readings, which step of the colour scale, which hours stand out. */

import type { HeatTotal, Share } from "./heat_answer";

export const READINGS = ["booked", "used", "idle"] as const;
/** idle: booked and not used. Less than nothing where GPUs were used beyond their bookings. */
export type Reading = (typeof READINGS)[number];

export const HOURS_A_DAY = 24;
export const DAYS = 7;
export const HOURS = DAYS * HOURS_A_DAY;
export const STEPS = 10;

export function sharesOf(row: HeatTotal, reading: Reading): readonly Share[] {
    if (reading !== "idle") return row[reading];
    return row.booked.map((booked, hour) => difference(booked, row.used[hour] ?? null));
}

export function difference(booked: Share, used: Share): Share {
    return booked === null || used === null ? null : booked - used;
}

/** Less than this is shown as nothing: it rounds to 0 %. */
const NOTHING = 0.005;

/** 0 for nothing, then 1 to 10: each step is a tenth of `top`, its upper end included. */
export function stepOf(share: number, top: number): number {
    if (share < NOTHING) return 0;
    return Math.min(STEPS, Math.max(1, Math.ceil((share / top) * STEPS - 1e-9)));
}

/** Where the scale ends: everything, or less when all rows have small shares of the whole. */
export function topOf(shares: Iterable<readonly Share[]>): number {
    let most = 0;
    for (const row of shares) for (const share of row) most = Math.max(most, share ?? 0);
    return [0.1, 0.2, 0.5].find((top) => most <= top) ?? 1;
}

export interface Extremes {
    readonly busiest: number;
    readonly quietest: number;
}

/** The hours of the week with the largest and the smallest share; null when all are alike, or none is known. */
export function extremesOf(shares: readonly Share[]): Extremes | null {
    let extremes: Extremes | null = null;
    for (const [hour, share] of shares.entries()) {
        if (share === null) continue;
        if (!extremes) extremes = { busiest: hour, quietest: hour };
        if (share > shares[extremes.busiest]!) extremes = { ...extremes, busiest: hour };
        if (share < shares[extremes.quietest]!) extremes = { ...extremes, quietest: hour };
    }
    return extremes && shares[extremes.busiest] === shares[extremes.quietest] ? null : extremes;
}
