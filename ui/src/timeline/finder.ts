/** The calendar's filters and its search, as they stand; the tracks follow them. */

import { computed, effect, signal } from "@preact/signals";
import type { App } from "../app/app";
import type { Bar } from "../site/store";
import {
    criteriaFrom,
    hiddenNodes,
    intoQuery,
    isEverything,
    testOf,
    type Criteria,
    type Test,
} from "./filter";
import type { TrackView } from "./track_view";

export class Finder {
    readonly criteria = signal<Criteria>(criteriaFrom(new URLSearchParams()));
    readonly test = computed<Test>(() => testOf(this.criteria.value, this.app.user.value, this.app.store));
    /** The bars that the search finds, track by track; empty without a search. */
    readonly found = computed<readonly Bar[]>(() => this.search());
    /** Which of them was gone to last; -1: none. */
    readonly at = signal(-1);

    constructor(
        private readonly app: App,
        private readonly tracks: TrackView,
    ) {
        this.criteria.value = criteriaFrom(app.route.value.query);
        effect(() => {
            void app.loads.value;
            const criteria = this.criteria.value;
            tracks.setFilter(this.test.value, hiddenNodes(criteria, app.store));
        });
        // Somebody followed a link, or went back.
        effect(() => {
            const { page, query } = app.route.value;
            if (page !== "calendar") return;
            const written = new URLSearchParams(query);
            intoQuery(this.criteria.peek(), written);
            if (written.toString() !== query.toString()) this.criteria.value = criteriaFrom(query);
        });
    }

    set(criteria: Criteria): void {
        if (criteria.text !== this.criteria.peek().text) this.at.value = -1;
        this.criteria.value = criteria;
        const { app } = this;
        if (app.route.peek().page !== "calendar") return;
        const query = new URLSearchParams(app.route.peek().query);
        intoQuery(criteria, query);
        app.setQuery(query);
    }

    /** Goes to the next bar that the search finds, or the one before; null if it finds none. */
    next(step: 1 | -1 = 1): Bar | null {
        const found = this.found.peek();
        if (found.length === 0) return null;
        const at = this.at.peek();
        const next = at < 0 && step < 0 ? found.length - 1 : (at + step + found.length) % found.length;
        this.at.value = next;
        this.tracks.showBar(found[next]!);
        return found[next]!;
    }

    /** Gives the bar that was found last the focus. */
    focus(): void {
        const bar = this.found.peek()[Math.max(0, this.at.peek())];
        if (bar) this.tracks.focusBar(bar);
    }

    private search(): readonly Bar[] {
        const { app } = this;
        void app.changes.value;
        void app.loads.value;
        const criteria = this.criteria.value;
        if (isEverything(criteria)) return [];
        const passes = this.test.value;
        const hidden = hiddenNodes(criteria, app.store);
        const found: Bar[] = [];
        app.store.nodes.forEach((_, node) => {
            if (hidden?.(node)) return;
            for (const bar of app.store.barsOf(node)) {
                // A reservation on several nodes is found once.
                const isFirst = bar.first === bar.reservation.gpus[0];
                if (isFirst && passes(bar.reservation)) found.push(bar);
            }
        });
        return found;
    }
}
