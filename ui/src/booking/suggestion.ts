/** Windows that the server offers instead, with GPUs as the tracks count them. */

import type { WireSuggestion } from "../api/problem";
import type { Gpu } from "../api/contract";
import type { App } from "../app/app";
import { catalogues, type WordKey } from "../words/words";
import type { Place } from "./fit";

export interface Suggestion {
    readonly number: number;
    readonly kind: string;
    readonly place: Place;
    /** The server's own sentence. */
    readonly why: string;
}

const MOST = 5;

/** What kind of window it is in the page's language; of a newer kind, what the server says. */
export function reasonOf(app: App, { kind, why }: Suggestion): string {
    const key = `suggest.${kind}`;
    return key in catalogues.en ? app.say(key as WordKey) : why;
}

/** `wished`: the GPUs of one that names none, such as a window that was only moved to the grid. */
export function suggestionsOf(
    wire: readonly WireSuggestion[],
    fleet: readonly Gpu[],
    wished: readonly number[],
): Suggestion[] {
    if (wire.length === 0) return [];
    const index = new Map(fleet.map(({ id }, gpu) => [id, gpu]));
    return wire
        .filter(({ kind }) => kind !== "evict")
        .slice(0, MOST)
        .map(({ kind, gpus, start, end, why }, i) => {
            const named = gpus.flatMap((id) => index.get(id) ?? []).sort((a, b) => a - b);
            const place = {
                gpus: named.length > 0 ? named : wished,
                start: Date.parse(start),
                end: Date.parse(end),
            };
            return { number: i + 1, kind, place, why: why ?? "" };
        });
}
