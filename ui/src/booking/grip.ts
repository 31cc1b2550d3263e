/** Which part of a bar the pointer has: its body, or an end that can be pulled. */

import type { Bar } from "../site/store";
import type { Calendar } from "../timeline/calendar";
import { movable } from "./permission";

export type Grip = "body" | "start" | "end";

/** How near an end counts as on it. */
const REACH = { mouse: 8, touch: 16 } as const;

/** Null: this bar cannot be taken there. */
export function gripAt(calendar: Calendar, bar: Bar, clientX: number, isTouch: boolean): Grip | null {
    const { app, tracks, actions } = calendar;
    const { reservation } = bar;
    const what = movable(app, reservation);
    if (what === "none" || actions.leaving.value.has(reservation.id)) return null;
    const { scale } = tracks.layout();
    const left = tracks.lanes.getBoundingClientRect().left;
    const [from, to] = [left + scale.x(reservation.start), left + scale.x(reservation.end)];
    const reach = Math.min(isTouch ? REACH.touch : REACH.mouse, (to - from) / 4);
    if (reservation.end <= scale.to && to - clientX <= reach) return "end";
    if (what === "end") return null;
    if (reservation.start >= scale.from && clientX - from <= reach) return "start";
    return "body";
}
