/** What this person may do to a bar by hand, as far as the page knows; the server decides in any case. */

import type { Reservation } from "../api/contract";
import type { App } from "../app/app";

/** Whether it is theirs, or they lead its team or operate the site. */
export function isTheirs(app: App, { owner, team }: Pick<Reservation, "owner" | "team">): boolean {
    const user = app.user.value;
    if (!user) return false;
    const you = app.site.value?.you;
    return owner === user || Boolean(you?.operator) || Boolean(team && you?.leads.includes(team));
}

/** all: time and GPUs. end: it has begun, only its end. none: nothing any more. */
export type Movable = "all" | "end" | "none";

export function movable(app: App, reservation: Reservation): Movable {
    const { id, state } = reservation;
    if (id.startsWith("q-") || !isTheirs(app, reservation)) return "none";
    if (state === "confirmed") return "all";
    return ["starting", "running", "overrunning"].includes(state) ? "end" : "none";
}
