/** A reservation's past as people want to read it: newest first, what repeats itself told once. */

import type { HistoryEntry } from "./work";

export interface Deed extends HistoryEntry {
    /** So many of the same kind by the same one came one after the other; this is the last of them. */
    readonly times: number;
}

/** What happens so often that only its last time matters. */
const REPEATS = new Set(["checkpoint_saved", "expected_end_changed", "use_changed"]);

export function deedsOf(history: readonly HistoryEntry[]): Deed[] {
    const deeds: Deed[] = [];
    const places = new Map<string, number>();
    for (const entry of [...history].sort((a, b) => b.sequence - a.sequence)) {
        const key = `${entry.kind} ${entry.actor}`;
        const place = places.get(key);
        if (REPEATS.has(entry.kind) && place !== undefined) {
            deeds[place] = { ...deeds[place]!, times: deeds[place]!.times + 1 };
            continue;
        }
        // Only what lies between two ends of its life is told once.
        if (!REPEATS.has(entry.kind)) places.clear();
        places.set(key, deeds.length);
        deeds.push({ ...entry, times: 1 });
    }
    return deeds;
}
