/** What POST plan answers, and what has changed between two answers to the same question. */

import type { WireSuggestion } from "../api/problem";

export interface WireVictim {
    readonly id: string;
    readonly owner: string;
    readonly team: string;
    readonly gpus: readonly string[];
    readonly start: string;
    readonly end: string;
    readonly priority: string;
    /** It has begun: it is given notice and loses what it did since its last checkpoint. */
    readonly running: boolean;
    readonly gpu_hours_lost: number;
    /** Where it would be booked again; null: nowhere yet. */
    readonly again_from: string | null;
    readonly again_to: string | null;
    readonly again_gpus?: readonly string[];
}

export interface WireEviction {
    readonly gpus: readonly string[];
    readonly start: string;
    readonly end: string;
    readonly victims: readonly WireVictim[];
    readonly harm_gpu_hours: number;
    /** The token that carries out exactly this. */
    readonly plan: string;
}

export interface WirePlan {
    readonly feasible: boolean;
    readonly windows: readonly WireSuggestion[];
    readonly earliest_finish: string | null;
    readonly summary: string;
    readonly advice: readonly string[];
    readonly odds: { readonly kept: number | null; readonly why: string } | null;
    readonly eviction: WireEviction | null;
    readonly eviction_refused: { readonly code: string; readonly detail: string } | null;
}

export type Verdict = "yes" | "eviction" | "no";

export function verdictOf(plan: WirePlan): Verdict {
    if (plan.feasible) return "yes";
    return plan.eviction ? "eviction" : "no";
}

/** Free windows only: one that evicts is told of by its plan. */
export function freeWindows(plan: WirePlan): readonly WireSuggestion[] {
    return plan.windows.filter(({ kind }) => kind !== "evict");
}

/**
 * Names a window in one answer and in the next. Not by its start: what begins at once begins later
 * each time; but by its kind, as another may end together with it.
 */
export function keyOf({ kind, gpus, end }: Pick<WireSuggestion, "gpus" | "end"> & { kind?: string }): string {
    return `${kind ?? ""} ${gpus.join()} ${end}`;
}

/** How many people lose something by it. */
export function peopleOf(eviction: WireEviction): string[] {
    return [...new Set(eviction.victims.map(({ owner }) => owner))];
}

export type AnswerChange =
    | { readonly what: "verdict"; readonly to: Verdict }
    | { readonly what: "gone" | "new"; readonly window: WireSuggestion }
    | { readonly what: "earliest"; readonly finish: string | null }
    | { readonly what: "window"; readonly eviction: WireEviction }
    | { readonly what: "spared" | "disturbed" | "moved"; readonly victim: WireVictim };

/** In the order of what matters most; empty: whoever saw the one may act on the other. */
export function changesBetween(before: WirePlan, after: WirePlan): AnswerChange[] {
    const changes: AnswerChange[] = [];
    const to = verdictOf(after);
    if (verdictOf(before) !== to) changes.push({ what: "verdict", to });
    if (before.eviction && after.eviction) changes.push(...evictionChanges(before.eviction, after.eviction));
    const [old, fresh] = [freeWindows(before), freeWindows(after)];
    for (const window of old) {
        if (!fresh.some((other) => keyOf(other) === keyOf(window))) changes.push({ what: "gone", window });
    }
    for (const window of fresh) {
        if (!old.some((other) => keyOf(other) === keyOf(window))) changes.push({ what: "new", window });
    }
    const finish = after.earliest_finish;
    if (!after.feasible && finish !== before.earliest_finish) changes.push({ what: "earliest", finish });
    return changes;
}

function evictionChanges(before: WireEviction, after: WireEviction): AnswerChange[] {
    const changes: AnswerChange[] = [];
    const oldVictims = new Map(before.victims.map((victim) => [victim.id, victim]));
    const newVictims = new Map(after.victims.map((victim) => [victim.id, victim]));
    if (keyOf(before) !== keyOf(after)) changes.push({ what: "window", eviction: after });
    for (const victim of after.victims) {
        const old = oldVictims.get(victim.id);
        if (!old) changes.push({ what: "disturbed", victim });
        else if (!goesOnAlike(old, victim)) changes.push({ what: "moved", victim });
    }
    for (const victim of before.victims) {
        if (!newVictims.has(victim.id)) changes.push({ what: "spared", victim });
    }
    return changes;
}

function goesOnAlike(a: WireVictim, b: WireVictim): boolean {
    const gpus = (victim: WireVictim) => victim.again_gpus?.join() ?? "";
    return a.again_from === b.again_from && a.again_to === b.again_to && gpus(a) === gpus(b);
}
