/**
 * The rows of the page, top to bottom: the lane of those who wait, if any do; then a header per node
 * and, unless collapsed, its GPUs.
 */

import type { NodeSpan } from "../site/store";

export const NODE_HEIGHT = 32;
export const GPU_HEIGHT = 26;

export interface Row {
    readonly kind: "waiting" | "node" | "gpu";
    /** -1 for the waiting. */
    readonly node: number;
    /** Flat index of the GPU; of the node's first for a node's row. */
    readonly gpu: number;
    readonly top: number;
    readonly height: number;
}

export interface RowOptions {
    /** Height of the lane of those who wait; 0: there is none. */
    readonly lane?: number;
    /** Nodes that a filter leaves out. */
    readonly hidden?: (node: number) => boolean;
}

export class Rows {
    readonly list: readonly Row[];
    readonly height: number;
    private readonly rowOfGpu = new Map<number, number>();

    constructor(nodes: readonly NodeSpan[], collapsed: ReadonlySet<string>, options: RowOptions = {}) {
        const list: Row[] = [];
        let top = 0;
        const { lane = 0, hidden } = options;
        if (lane > 0) {
            list.push({ kind: "waiting", node: -1, gpu: -1, top, height: lane });
            top += lane;
        }
        nodes.forEach((span, node) => {
            if (hidden?.(node)) return;
            list.push({ kind: "node", node, gpu: span.first, top, height: NODE_HEIGHT });
            top += NODE_HEIGHT;
            if (collapsed.has(span.name)) return;
            for (let gpu = span.first; gpu < span.first + span.count; ++gpu) {
                this.rowOfGpu.set(gpu, list.length);
                list.push({ kind: "gpu", node, gpu, top, height: GPU_HEIGHT });
                top += GPU_HEIGHT;
            }
        });
        this.list = list;
        this.height = top;
    }

    /** The GPU's row; null while its node is collapsed. */
    ofGpu(gpu: number): Row | null {
        const index = this.rowOfGpu.get(gpu);
        return index === undefined ? null : this.list[index]!;
    }

    /** Indexes [first, last) of the rows that touch the pixels [top, bottom). */
    between(top: number, bottom: number): { first: number; last: number } {
        return { first: this.firstEndingAfter(top), last: this.firstStartingAt(bottom) };
    }

    private firstEndingAfter(y: number): number {
        return this.search((row) => row.top + row.height > y);
    }

    private firstStartingAt(y: number): number {
        return this.search((row) => row.top >= y);
    }

    private search(holds: (row: Row) => boolean): number {
        let low = 0;
        let high = this.list.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (holds(this.list[middle]!)) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
