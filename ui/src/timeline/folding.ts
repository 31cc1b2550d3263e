/** Which nodes are folded or left out by a filter, and the rows that are there then. */

import type { Store } from "../site/store";
import { Rows, type Row } from "./rows";
import type { WaitingLane } from "./waiting_lane";

export class Folding {
    rows = new Rows([], new Set());
    private readonly collapsed = new Set<string>();
    private hidden: ((node: number) => boolean) | null = null;

    constructor(
        private readonly store: Store,
        private readonly wishes: WaitingLane,
    ) {}

    /** Whether any node is folded. */
    get any(): boolean {
        return this.collapsed.size > 0;
    }

    /** Whether the lane of those who wait has other rows than it needs. */
    get isLaneOff(): boolean {
        const first = this.rows.list[0];
        return this.wishes.height() !== (first?.kind === "waiting" ? first.height : 0);
    }

    /** False when the rows are the same as before. */
    hide(hidden: ((node: number) => boolean) | null): boolean {
        const differs = hidden !== null || this.hidden !== null;
        this.hidden = hidden;
        return differs;
    }

    layRows(): void {
        const { hidden } = this;
        const lane = this.wishes.height();
        this.rows = new Rows(this.store.nodes, this.collapsed, { lane, ...(hidden && { hidden }) });
    }

    isOpen(row: Row): boolean {
        return row.node < 0 ? this.wishes.open : !this.collapsed.has(this.nameOf(row));
    }

    toggle(row: Row): void {
        if (row.node < 0) this.wishes.open = !this.wishes.open;
        else if (!this.collapsed.delete(this.nameOf(row))) this.collapsed.add(this.nameOf(row));
    }

    /** Folds every node, or unfolds all when one is folded. */
    toggleAll(): void {
        const fold = !this.any;
        this.collapsed.clear();
        if (fold) for (const { name } of this.store.nodes) this.collapsed.add(name);
    }

    /** Unfolds the GPU's node; false when that is not what it lacks a row for. */
    unfold(gpu: number): boolean {
        const name = this.store.nodes[this.store.nodeAt(gpu)]?.name ?? "";
        return !this.rows.ofGpu(gpu) && this.collapsed.delete(name);
    }

    private nameOf(row: Row): string {
        return this.store.nodes[row.node]!.name;
    }
}
