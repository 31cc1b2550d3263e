/** What whoever sits here may do to one reservation now, and if not, why not. */

import type { App } from "../app/app";

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
        readonly image?: string | null;
        readonly nodes?: number | null;
        readonly gpus_per_node?: number | null;
    } | null;
    readonly continues?: string | null;
    readonly continued_by?: string | null;
    readonly transfer?: { readonly to_user?: string | null; readonly to_team?: string | null } | null;
    readonly check_in_by?: string | null;
    readonly checked_in?: string | null;
    readonly detail?: string | null;
    readonly next_holder?: { readonly id: string; readonly start: string } | null;
}

/** By the decisions that the server itself would make. */
export async function possibleActions(app: App, id: string, signal: AbortSignal): Promise<readonly PossibleAction[]> {
    return (await app.client.get<{ actions: PossibleAction[] }>(`reservations/${id}/actions`, {}, signal)).actions;
}
