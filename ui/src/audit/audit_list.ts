/**
 * The rows that fit the filters, newest first: a page at a time backwards, and those that have come
 * since, which wait until they are asked for so that nothing moves under who reads.
 */

import { signal } from "@preact/signals";
import type { Client } from "../api/client";
import type { AuditPage, AuditRow } from "./audit_row";

type Query = Readonly<Record<string, string>>;

const PAGE = "100";
/** The most that a look for new rows takes in. */
const MOST_FRESH = "1000";
/** Rows come in bursts: one look for all of a burst. */
const PATIENCE = 250;

export class AuditList {
    readonly rows = signal<readonly AuditRow[]>([]);
    readonly fresh = signal<readonly AuditRow[]>([]);
    readonly loading = signal(true);
    readonly problem = signal<unknown>(null);
    /** There are older ones. */
    readonly hasMore = signal(false);

    private next: string | null = null;
    private readonly asking = new AbortController();
    private timer: ReturnType<typeof setTimeout> | undefined;

    constructor(
        private readonly client: Client,
        private readonly query: Query,
    ) {}

    stop(): void {
        clearTimeout(this.timer);
        this.asking.abort();
    }

    async load(): Promise<void> {
        if (this.rows.peek().length > 0 && !this.next) return;
        this.loading.value = true;
        this.problem.value = null;
        try {
            const cursor: Query = this.next ? { cursor: this.next } : {};
            const page = await this.ask({ ...cursor, order: "desc", limit: PAGE });
            this.rows.value = [...this.rows.peek(), ...page.items];
            this.next = page.next;
            this.hasMore.value = page.next !== null;
            this.loading.value = false;
        } catch (error) {
            if (this.asking.signal.aborted) return;
            this.problem.value = error;
            this.loading.value = false;
        }
    }

    /** Something happened on the site: perhaps there are new rows. */
    heard(): void {
        this.timer ??= setTimeout(() => {
            this.timer = undefined;
            void this.lookForFresh();
        }, PATIENCE);
    }

    showFresh(): void {
        this.rows.value = [...this.fresh.peek(), ...this.rows.peek()];
        this.fresh.value = [];
    }

    private async lookForFresh(): Promise<void> {
        // What comes while the first page is under way is on it, or found after it.
        if (this.loading.peek()) return this.heard();
        if (this.problem.peek()) return this.load();
        const newest = (this.fresh.peek()[0] ?? this.rows.peek()[0])?.sequence ?? 0;
        try {
            const page = await this.ask({ cursor: String(newest), limit: MOST_FRESH });
            const known = new Set(this.fresh.peek().map(({ sequence }) => sequence));
            const news = page.items.filter(({ sequence }) => !known.has(sequence)).reverse();
            this.fresh.value = [...news, ...this.fresh.peek()];
        } catch {
            // The next event, or the next visit, looks again.
        }
    }

    private ask(more: Query): Promise<AuditPage> {
        return this.client.get<AuditPage>("audit", { ...this.query, ...more }, this.asking.signal);
    }
}
