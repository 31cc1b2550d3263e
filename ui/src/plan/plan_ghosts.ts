/** A plan as ghosts on the tracks: windows by their numbers, and who makes room for a P0 where. */

import type { Gpu } from "../api/contract";
import type { Ghost } from "../timeline/ghosts";
import { freeWindows, keyOf, type WireEviction, type WirePlan, type WireVictim } from "./answer";

/** What the ghosts say; in the page's language. */
export interface GhostWords {
    length(start: number, end: number): string;
    /** What stands on the P0's own window. */
    urgent(): string;
    victim(number: string, victim: WireVictim): string;
    again(number: string, victim: WireVictim): string;
}

const CIRCLED_ONE = 0x2460;
const MOST_CIRCLED = 20;

/** ①, ②, …: the same beside what is disturbed and where it goes. */
export function circled(index: number): string {
    return index < MOST_CIRCLED ? String.fromCharCode(CIRCLED_ONE + index) : `(${index + 1})`;
}

const indexes = new WeakMap<readonly Gpu[], Map<string, number>>();

/** Flat indexes, ascending, of those that are known. */
export function indexesOf(fleet: readonly Gpu[], ids: readonly string[]): number[] {
    let index = indexes.get(fleet);
    if (!index) {
        index = new Map(fleet.map(({ id }, i) => [id, i]));
        indexes.set(fleet, index);
    }
    const found = ids.map((id) => index.get(id)).filter((i) => i !== undefined);
    return found.sort((a, b) => a - b);
}

export function ghostsOf(
    plan: WirePlan,
    chosen: string | null,
    fleet: readonly Gpu[],
    words: GhostWords,
    choose: (key: string) => void,
): Ghost[] {
    const ghosts = freeWindows(plan).map((window, i): Ghost => {
        const [start, end] = [Date.parse(window.start), Date.parse(window.end)];
        const key = keyOf(window);
        return {
            key: String(i + 1),
            kind: key === chosen ? "fits" : "suggestion",
            gpus: indexesOf(fleet, window.gpus),
            start,
            end,
            label: String(i + 1),
            note: words.length(start, end),
            choose: () => choose(key),
        };
    });
    return plan.eviction ? [...ghosts, ...evictionGhosts(plan.eviction, fleet, words)] : ghosts;
}

function evictionGhosts(eviction: WireEviction, fleet: readonly Gpu[], words: GhostWords): Ghost[] {
    const [start, end] = [Date.parse(eviction.start), Date.parse(eviction.end)];
    const gpus = indexesOf(fleet, eviction.gpus);
    const ghosts: Ghost[] = eviction.victims.flatMap((victim, i) => victimGhosts(victim, i, fleet, words));
    const urgent: Ghost = {
        key: "p0", kind: "urgent", gpus, start, end, label: words.urgent(),
    };
    return [...ghosts, urgent];
}

function victimGhosts(victim: WireVictim, i: number, fleet: readonly Gpu[], words: GhostWords): Ghost[] {
    const number = circled(i);
    const ghosts: Ghost[] = [
        {
            key: `from-${victim.id}`,
            kind: "evicted",
            gpus: indexesOf(fleet, victim.gpus),
            start: Date.parse(victim.start),
            end: Date.parse(victim.end),
            label: words.victim(number, victim),
        },
    ];
    const { again_from: from, again_to: to, again_gpus: gpus } = victim;
    if (!from || !to || !gpus?.length) return ghosts;
    const [start, end] = [Date.parse(from), Date.parse(to)];
    ghosts.push({
        key: `to-${victim.id}`,
        kind: "moved",
        gpus: indexesOf(fleet, gpus),
        start,
        end,
        label: words.again(number, victim),
        note: words.length(start, end),
    });
    return ghosts;
}
