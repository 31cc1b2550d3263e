/**
 * What the calendar's filters let pass. It is kept in the page's address, so that it can be sent:
 *
 *     #/calendar?team=vision&team=speech&state=running&mine=1&q=yolo
 */

import type { Reservation } from "../api/contract";
import type { Store } from "../site/store";

/** A reservation passes if, of each kind that has any, it has one of the chosen. */
export const FACETS = ["team", "owner", "state", "model", "node"] as const;
export type Facet = (typeof FACETS)[number];

export interface Criteria {
    readonly text: string;
    readonly mine: boolean;
    readonly chosen: Readonly<Record<Facet, ReadonlySet<string>>>;
}

const none: ReadonlySet<string> = new Set();
export const EVERYTHING: Criteria = {
    text: "",
    mine: false,
    chosen: { team: none, owner: none, state: none, model: none, node: none },
};

export function isEverything({ text, mine, chosen }: Criteria): boolean {
    return text.trim() === "" && !mine && FACETS.every((facet) => chosen[facet].size === 0);
}

/** Adds what is not chosen, takes away what is. */
export function toggled(criteria: Criteria, facet: Facet, value: string): Criteria {
    const values = new Set(criteria.chosen[facet]);
    if (!values.delete(value)) values.add(value);
    return { ...criteria, chosen: { ...criteria.chosen, [facet]: values } };
}

export function withOnly(criteria: Criteria, facet: Facet, values: readonly string[]): Criteria {
    return { ...criteria, chosen: { ...criteria.chosen, [facet]: new Set(values) } };
}

/** The words of a search: all must be found somewhere in title, owner, id or team. */
function wordsOf(text: string): string[] {
    return text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
}

function modelOf(store: Store, gpu: number): string {
    return store.gpus[gpu]?.model ?? "";
}

function nodeName(store: Store, gpu: number): string {
    return store.nodes[store.nodeAt(gpu)]?.name ?? "";
}

export type Test = (reservation: Reservation) => boolean;

/** Whether a reservation passes; who waits holds no GPU and is not measured by model and node. */
export function testOf({ text, mine, chosen }: Criteria, user: string, store: Store): Test {
    const words = wordsOf(text);
    const one = (values: ReadonlySet<string>, value: string) => values.size === 0 || values.has(value);
    const some = (values: ReadonlySet<string>, gpus: readonly number[], of: (store: Store, gpu: number) => string) =>
        values.size === 0 || gpus.length === 0 || gpus.some((gpu) => values.has(of(store, gpu)));
    return ({ id, title, owner, team, state, gpus }) => {
        if (mine && owner !== user) return false;
        if (!one(chosen.team, team) || !one(chosen.owner, owner) || !one(chosen.state, state)) return false;
        if (!some(chosen.model, gpus, modelOf) || !some(chosen.node, gpus, nodeName)) return false;
        if (words.length === 0) return true;
        const all = `${title}\n${owner}\n${id}\n${team}`.toLocaleLowerCase();
        return words.every((word) => all.includes(word));
    };
}

/** Which nodes' rows are left out; null: none. */
export function hiddenNodes({ chosen }: Criteria, store: Store): ((node: number) => boolean) | null {
    const { model, node } = chosen;
    if (model.size === 0 && node.size === 0) return null;
    return (index) => {
        const span = store.nodes[index]!;
        if (node.size > 0 && !node.has(span.name)) return true;
        if (model.size === 0) return false;
        for (let gpu = span.first; gpu < span.first + span.count; ++gpu) {
            if (model.has(modelOf(store, gpu))) return false;
        }
        return true;
    };
}

/** What there is to choose from in each facet, with how often; models and nodes count their GPUs. */
export function countsOf(store: Store): Record<Facet, Map<string, number>> {
    const counts: Record<Facet, Map<string, number>> = {
        team: new Map(), owner: new Map(), state: new Map(), model: new Map(), node: new Map(),
    };
    const add = (facet: Facet, value: string, n = 1) =>
        counts[facet].set(value, (counts[facet].get(value) ?? 0) + n);
    for (const list of [store.reservations, store.waiting]) {
        for (const { team, owner, state, maintenance } of list.values()) {
            add("state", state);
            if (maintenance) continue;
            add("team", team);
            add("owner", owner);
        }
    }
    store.gpus.forEach((gpu) => gpu.model && add("model", gpu.model));
    for (const { name, count } of store.nodes) add("node", name, count);
    return counts;
}

export function criteriaFrom(query: URLSearchParams): Criteria {
    const chosen = { ...EVERYTHING.chosen };
    for (const facet of FACETS) chosen[facet] = new Set(query.getAll(facet));
    return { text: query.get("q") ?? "", mine: query.get("mine") === "1", chosen };
}

/** Writes the criteria into what the address has besides. */
export function intoQuery({ text, mine, chosen }: Criteria, query: URLSearchParams): void {
    for (const facet of FACETS) {
        query.delete(facet);
        for (const value of [...chosen[facet]].sort()) query.append(facet, value);
    }
    query.delete("q");
    query.delete("mine");
    if (text.trim()) query.set("q", text.trim());
    if (mine) query.set("mine", "1");
}
