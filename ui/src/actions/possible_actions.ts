/** What whoever sits here may do to one reservation now, and if not, why not. */

import type { Reservation } from "../api/contract";
import { Refused } from "../api/problem";
import type { App } from "../app/app";
import { lookOf } from "../site/states";

export interface PossibleAction {
    readonly name: string;
    readonly allowed: boolean;
    readonly why: string | null;
}

/** What the server says of a reservation beyond what the calendar draws. */
export interface WireDetail {
    readonly workload?: {
        readonly kind: string;
        readonly argv?: readonly string[];
        readonly model?: string | null;
        readonly data?: string | null;
        readonly epochs?: number | null;
        readonly imgsz?: number | null;
    } | null;
    readonly continues?: string | null;
    readonly continued_by?: string | null;
    readonly transfer?: { readonly to_user?: string | null; readonly to_team?: string | null } | null;
    readonly check_in_by?: string | null;
    readonly checked_in?: string | null;
    readonly detail?: string | null;
    readonly next_holder?: { readonly id: string; readonly start: string } | null;
}

/** By the server's word; from a server that does not say, as far as the page can tell. */
export async function possibleActions(
    app: App,
    reservation: Reservation,
    detail: WireDetail,
    signal: AbortSignal,
): Promise<readonly PossibleAction[]> {
    try {
        const path = `reservations/${reservation.id}/actions`;
        return (await app.client.get<{ actions: PossibleAction[] }>(path, {}, signal)).actions;
    } catch (error) {
        if (!(error instanceof Refused) || error.problem.status !== 404) throw error;
        return guessed(app, reservation, detail);
    }
}

function guessed(app: App, reservation: Reservation, detail: WireDetail): PossibleAction[] {
    const user = app.user.peek();
    const look = lookOf(reservation.state);
    if (look !== "booked" && look !== "active") return [];
    const isMine = user !== "" && reservation.owner === user;
    const why = isMine ? null : app.say("card.others", { owner: reservation.owner });
    const names = look === "active" ? ["release"] : ["cancel", "move"];
    names.push("extend", "transfer");
    if (detail.check_in_by && !detail.checked_in) names.push("check_in");
    const actions = names.map((name): PossibleAction => ({ name, allowed: isMine, why }));
    const { transfer } = detail;
    const isForMe = transfer ? transfer.to_user === user || (!transfer.to_user && !isMine && user !== "") : isMine;
    if (transfer || reservation.state === "offered") {
        for (const name of ["accept", "decline"]) actions.push({ name, allowed: isForMe, why: null });
    }
    return actions;
}
