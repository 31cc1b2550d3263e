/** The rows in the viewport: names on the left, and what lies under the bars. */

import { el } from "../app/dom";
import type { TeamColours } from "../site/colours";
import { loadOf, type Load } from "../site/load";
import type { Store } from "../site/store";
import type { Period } from "../time/time_scale";
import { fillSkyline } from "./axis";
import { NameCell, RowCell } from "./row_elements";
import type { Row } from "./rows";
import { percent } from "./ticks";
import type { TrackLayout, Viewport } from "./track_layout";

export interface Folding {
    isOpen(row: Row): boolean;
    toggle(row: Row): void;
    /** Tells who uses the node's GPUs without a reservation. */
    occupants(row: Row, mark: HTMLElement): void;
    /** How many wait. */
    waiting(): number;
}

const SKY_MARGIN = 6;

export class RowLayer {
    readonly names = el("div", "names");
    readonly tracks = el("div", "rows");
    private readonly cells = new Map<Row, RowCell>();
    private readonly nameCells = new Map<Row, NameCell>();
    /** By node; kept until one of its bookings changes. */
    private readonly loads = new Map<number, Load>();
    private loadsOf: Period | null = null;

    constructor(
        private readonly store: Store,
        private readonly teams: TeamColours,
        private readonly folding: Folding,
    ) {
        this.names.setAttribute("role", "group");
    }

    /** Forgets every element: the rows are others now. */
    clear(): void {
        for (const cell of this.cells.values()) cell.element.remove();
        for (const cell of this.nameCells.values()) cell.element.remove();
        this.cells.clear();
        this.nameCells.clear();
    }

    /** These nodes' bookings changed; "now": only who holds what at this time. */
    stale(nodes: ReadonlySet<number> | "all" | "now"): void {
        if (nodes === "all") this.loads.clear();
        if (nodes instanceof Set) for (const node of nodes) this.loads.delete(node);
        for (const cell of this.cells.values()) {
            if (!(nodes instanceof Set) || nodes.has(cell.row.node) || cell.row.node < 0) cell.stale = true;
        }
    }

    draw(layout: TrackLayout, view: Viewport, now: number): void {
        const shown = layout.rows.list.slice(view.firstRow, view.lastRow);
        const wanted = new Set(shown);
        for (const [row, cell] of this.cells) {
            if (wanted.has(row)) continue;
            cell.element.remove();
            this.cells.delete(row);
            this.nameCells.get(row)?.element.remove();
            this.nameCells.delete(row);
        }
        for (const row of shown) {
            const cell = this.cells.get(row) ?? this.add(row);
            if (!cell.stale) continue;
            cell.stale = false;
            this.drawRow(layout, row, cell, now);
        }
    }

    light(gpus: ReadonlySet<number>): void {
        for (const [row, name] of this.nameCells) {
            name.element.classList.toggle("lit", row.kind === "gpu" && gpus.has(row.gpu));
        }
    }

    focusNode(node: string): void {
        for (const [row, cell] of this.nameCells) {
            if (row.kind !== "gpu" && String(row.node) === node) cell.focus();
        }
    }

    private add(row: Row): RowCell {
        const cell = new RowCell(row);
        this.cells.set(row, cell);
        this.tracks.append(cell.element);
        const name = new NameCell(row, {
            toggle: () => this.folding.toggle(row),
            occupants: (mark) => this.folding.occupants(row, mark),
        });
        this.nameCells.set(row, name);
        this.names.append(name.element);
        return cell;
    }

    private drawRow(layout: TrackLayout, row: Row, cell: RowCell, now: number): void {
        const { store, teams } = this;
        const { formats, scale } = layout;
        const name = this.nameCells.get(row)!;
        const open = this.folding.isOpen(row);
        if (row.kind === "waiting") return name.drawWaiting(this.folding.waiting(), open, formats.language);
        if (row.kind === "gpu") {
            const gpu = store.gpus[row.gpu]!;
            const holder = store.holderAt(row.gpu, now);
            name.drawGpu(gpu, holder, holder ? teams.of(holder.team) : 0, formats.language);
            cell.drawHealth(gpu, percent(scale, Math.min(scale.to, Math.max(now, scale.from))));
            return;
        }
        const span = store.nodes[row.node]!;
        const gpus = store.gpus.slice(span.first, span.first + span.count);
        const holders = store.holdersAt(row.node, now);
        const occupants = store.occupantsOf(row.node);
        name.drawNode({ span, gpus, holders, occupants }, open, formats.language, teams);
        const load = this.loadOf(row.node, layout.period);
        fillSkyline(cell.skyline(), load, layout.period, span.count, row.height - SKY_MARGIN, teams);
        cell.element.classList.toggle("collapsed", !open);
    }

    private loadOf(node: number, period: Period): Load {
        if (this.loadsOf !== period) this.loads.clear();
        this.loadsOf = period;
        let load = this.loads.get(node);
        if (!load) {
            load = loadOf(this.store.barsOf(node), period.edges, this.store.nodes[node]!.count);
            this.loads.set(node, load);
        }
        return load;
    }
}
