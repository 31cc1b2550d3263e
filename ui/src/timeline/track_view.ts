/**
 * The tracks: one row per GPU, a bar per booking, virtual in both directions.
 *
 *     const view = new TrackView(store, teams, handlers);
 *     host.append(view.element);
 *     view.setPeriod(period, formats);        // then setNow(...) as time passes
 *
 * Only rows and bars within the window on the screen have elements, so the cost of a frame does
 * not depend on the number of GPUs. The rules that keep it cheap: one sticky column and one sticky
 * axis, never sticky boxes per bar; bars without pseudo-elements, strictly contained; a bar is
 * written again only when its reservation or the layout changed.
 */

import type { Reservation } from "../api/contract";
import { el, icon, setText } from "../app/dom";
import type { TeamColours } from "../site/colours";
import { loadOf } from "../site/load";
import type { Bar, Change, Store } from "../site/store";
import type { Formats } from "../time/formats";
import { labelStep, slotWidth, TimeScale, type Period } from "../time/time_scale";
import { say } from "../words/words";
import { Axis, fillSkyline } from "./axis";
import { BarLayer, type BarHandlers } from "./bar_layer";
import type { Cursor } from "./bar_walk";
import { GhostLayer } from "./ghosts";
import { NameCell, RowCell } from "./row_elements";
import { Rows, type Row } from "./rows";
import type { TrackLayout, TrackPoint, Viewport } from "./track_layout";

const OVERSCAN = 160;
const SETTLE = 90;
/** Narrower, a slot cannot be told from its neighbours. */
const LEAST_SLOT = 1.5;
const FOLD = "M5 2.5l3 3 3-3M5 13.5l3-3 3 3";
const UNFOLD = "M5 5.5l3-3 3 3M5 10.5l3 3 3-3";

export class TrackView {
    readonly element = el("section", "tracks");
    readonly lanes = el("div", "lanes");
    readonly ghosts = new GhostLayer(() => this.requestFrame());
    private readonly scroller = el("div", "scroll");
    private readonly canvas = el("div", "canvas");
    private readonly head = el("div", "head");
    private readonly corner = el("div", "corner");
    private readonly siteName = el("strong");
    private readonly siteShare = el("span", "share");
    private readonly toggleAll = el("button", "toggle-all");
    private readonly axis = new Axis();
    private readonly names = el("div", "names");
    private readonly grid = el("div", "grid");
    private readonly rowLayer = el("div", "rows");
    private readonly bars: BarLayer;
    private readonly nowLine = el("div", "now-line");
    private readonly pointerLine = el("div", "pointer-line");

    private period: Period | null = null;
    private formats!: Formats;
    private scale = new TimeScale(0, 1, 1);
    private span = 7;
    private now = 0;
    private rows = new Rows([], new Set());
    private readonly collapsed = new Set<string>();
    private filter: (reservation: Reservation) => boolean = () => true;

    private readonly rowCells = new Map<Row, RowCell>();
    private readonly nameCells = new Map<Row, NameCell>();
    private version = 0;
    private frame = 0;
    private settleTimer: ReturnType<typeof setTimeout> | undefined;
    private loadStale = true;

    constructor(
        private readonly store: Store,
        private readonly teams: TeamColours,
        handlers: BarHandlers,
    ) {
        const around = {
            layout: () => this.layout(),
            reveal: (cursor: Cursor) => this.scrollTo(cursor),
            draw: () => this.draw(),
            lit: (id: string | null) => this.lightNames(id),
        };
        this.bars = new BarLayer(store, teams, around, handlers);
        this.build();
        this.listen();
    }

    setPeriod(period: Period, formats: Formats): void {
        const moved = this.period?.from !== period.from || this.period.to !== period.to;
        this.period = period;
        this.formats = formats;
        this.rescale();
        if (moved) this.goToNow();
    }

    setFormats(formats: Formats): void {
        this.formats = formats;
        this.rescale();
    }

    /** How many days, also parts of one, fit across the screen; `around` stays where it is. */
    setSpan(days: number, around = this.anchor()): void {
        this.span = days;
        this.rescale();
        this.scroller.scrollLeft = this.scale.x(around.instant) - around.x;
    }

    setNow(now: number): void {
        const minuteChanged = Math.floor(now / 60_000) !== Math.floor(this.now / 60_000);
        this.now = now;
        if (!this.period) return;
        this.drawNow();
        if (minuteChanged) this.redraw();
    }

    /** What does not pass recedes. */
    setFilter(filter: (reservation: Reservation) => boolean): void {
        this.filter = filter;
        this.redraw();
    }

    goToNow(): void {
        const x = this.scale.x(this.now);
        const inPeriod = x >= 0 && x < this.scale.width;
        this.scroller.scrollLeft = inPeriod ? x - this.laneWidth() * 0.35 : 0;
        this.requestFrame();
    }

    /** Brings an instant, and a GPU if one is named, on the screen. */
    goTo(instant: number, gpu?: number): void {
        this.scroller.scrollLeft = this.scale.x(instant) - this.laneWidth() * 0.2;
        const row = gpu === undefined ? null : this.rows.ofGpu(gpu);
        if (row) this.scroller.scrollTop = row.top - this.scroller.clientHeight * 0.3;
        this.requestFrame();
    }

    focusBar(bar: Bar): void {
        this.bars.focus({ bar, gpu: bar.first });
    }

    barAt(target: EventTarget | null): Bar | null {
        return this.bars.barAt(target);
    }

    placeOf(id: string): DOMRect | null {
        return this.bars.placeOf(id);
    }

    /** The track and the instant under a point of the screen; null beside the tracks or on a node's row. */
    at(clientX: number, clientY: number): TrackPoint | null {
        const box = this.lanes.getBoundingClientRect();
        const y = clientY - box.top;
        const { first } = this.rows.between(y, y + 1);
        const row = this.rows.list[first];
        if (!row || row.kind !== "gpu" || y < row.top || y >= row.top + row.height) return null;
        return { gpu: row.gpu, instant: this.instantAt(clientX) };
    }

    instantAt(clientX: number): number {
        return this.scale.instant(clientX - this.lanes.getBoundingClientRect().left);
    }

    scrollBy(x: number, y: number): void {
        this.scroller.scrollBy(x, y);
    }

    /** What part of the screen the tracks have, without names and axis. */
    viewRect(): DOMRect {
        const box = this.scroller.getBoundingClientRect();
        const left = this.corner.offsetWidth;
        const top = this.head.offsetHeight;
        const width = this.scroller.clientWidth - left;
        return new DOMRect(box.left + left, box.top + top, width, this.scroller.clientHeight - top);
    }

    layout(): TrackLayout {
        return {
            period: this.period!,
            scale: this.scale,
            rows: this.rows,
            formats: this.formats,
            version: this.version,
            passes: this.filter,
        };
    }

    /** To be called with every change of the store. */
    changed(change: Change): void {
        if (change.what === "booking") this.loadStale = true;
        if (change.nodes === "all") {
            this.teams.admit([...this.store.reservations.values()].map((r) => r.team));
            this.layRows();
            this.redraw();
            return;
        }
        if (change.id && change.what === "booking") {
            const reservation = this.store.reservations.get(change.id);
            if (reservation) this.teams.admit([reservation.team]);
            this.bars.freshen(change.id);
            for (const cell of this.rowCells.values()) {
                if (change.nodes.has(cell.row.node)) cell.stale = true;
            }
        }
        this.requestFrame();
    }

    private build(): void {
        const heading = el("div", "site", this.siteName, this.siteShare);
        this.toggleAll.type = "button";
        this.corner.append(heading, this.toggleAll);
        this.head.append(this.corner, this.axis.element);
        this.names.setAttribute("role", "group");
        this.pointerLine.hidden = true;
        this.lanes.append(
            el("div", "sticky behind", this.grid),
            this.rowLayer,
            this.bars.element,
            this.ghosts.element,
            el("div", "sticky before", this.nowLine, this.pointerLine),
        );
        this.canvas.append(this.head, el("div", "body", this.names, this.lanes));
        this.scroller.append(this.canvas);
        this.element.append(this.scroller);
    }

    private listen(): void {
        this.scroller.addEventListener("scroll", () => this.requestFrame(), { passive: true });
        new ResizeObserver(() => this.setSpan(this.span)).observe(this.scroller);
        this.toggleAll.addEventListener("click", () => this.toggleEveryNode());
        this.lanes.addEventListener("pointermove", (event) => {
            if (event.pointerType !== "touch") this.point(event.clientX);
        });
        this.lanes.addEventListener("pointerleave", () => this.point(null));
    }

    // Layout

    private laneWidth(): number {
        return Math.max(0, this.scroller.clientWidth - this.corner.offsetWidth);
    }

    private rescale(): void {
        const { period } = this;
        if (!period) return;
        const least = period.edges.length * LEAST_SLOT;
        const across = (this.laneWidth() * period.days.length) / this.span;
        const width = Math.max(least, Math.floor(across));
        this.scale = new TimeScale(period.from, period.to, width);
        this.axis.draw(period, this.scale, this.formats);
        this.drawGrid(period);
        this.lanes.style.width = `${width}px`;
        this.axis.element.style.width = `${width}px`;
        this.loadStale = true;
        this.drawNow();
        this.drawWords();
        this.redraw();
    }

    private layRows(): void {
        this.rows = new Rows(this.store.nodes, this.collapsed);
        for (const cell of this.rowCells.values()) cell.element.remove();
        for (const cell of this.nameCells.values()) cell.element.remove();
        this.rowCells.clear();
        this.nameCells.clear();
        this.lanes.style.height = `${this.rows.height}px`;
        this.names.style.height = `${this.rows.height}px`;
    }

    private drawGrid(period: Period): void {
        const step = labelStep(period.slotMinutes, slotWidth(this.scale, period.slotMinutes), 27);
        const lines = [el("div", "past")];
        for (const day of period.days) {
            const { year, month, day: dayOfMonth } = day.date;
            const weekday = new Date(Date.UTC(year, month - 1, dayOfMonth)).getUTCDay();
            if (weekday === 0 || weekday === 6) {
                const band = el("div", "weekend");
                band.style.left = `${this.scale.x(day.start)}px`;
                band.style.width = `${this.scale.x(day.end) - this.scale.x(day.start)}px`;
                lines.push(band);
            }
            for (const { at, slot } of day.edges) {
                const weight = slot === 0 ? "line midnight" : slot % step ? "line faint" : "line";
                const line = el("div", weight);
                line.style.left = `${Math.round(this.scale.x(at))}px`;
                lines.push(line);
            }
        }
        this.grid.replaceChildren(...lines);
    }

    private drawNow(): void {
        const x = Math.min(this.scale.width, Math.max(0, this.scale.x(this.now)));
        const past = this.grid.firstElementChild as HTMLElement | null;
        if (past) past.style.width = `${x}px`;
        this.nowLine.hidden = this.now < this.scale.from || this.now >= this.scale.to;
        this.nowLine.style.left = `${x}px`;
        this.axis.drawNow(this.now, this.scale, this.formats);
    }

    private drawWords(): void {
        const { language } = this.formats;
        this.element.setAttribute("aria-label", say(language, "app.calendar"));
        this.bars.element.setAttribute("aria-label", say(language, "tracks.label"));
        this.names.setAttribute("aria-label", say(language, "tracks.names"));
        const folded = this.collapsed.size > 0;
        this.toggleAll.replaceChildren(icon(folded ? UNFOLD : FOLD));
        const all = folded ? "tracks.expand" : "tracks.collapse";
        this.toggleAll.title = say(language, all);
        this.toggleAll.setAttribute("aria-label", say(language, all));
        this.toggleAll.setAttribute("aria-expanded", String(!folded));
        const gpus = say(language, "tracks.gpus", { n: this.store.gpus.length });
        setText(this.siteName, gpus);
    }

    private drawLoad(period: Period): void {
        const { store, teams } = this;
        const bars = store.nodes.flatMap((_, node) => store.barsOf(node));
        const load = loadOf(bars, period.edges, store.gpus.length);
        this.axis.drawLoad(load, period, this.scale, Math.max(1, store.gpus.length), teams);
        const share = this.formats.share(load.share);
        setText(this.siteShare, say(this.formats.language, "tracks.booked", { share }));
        this.loadStale = false;
    }

    // Drawing

    private redraw(): void {
        ++this.version;
        for (const cell of this.rowCells.values()) cell.stale = true;
        this.requestFrame();
    }

    private requestFrame(): void {
        this.frame ||= requestAnimationFrame(() => {
            this.frame = 0;
            this.draw();
        });
    }

    private viewport(): Viewport {
        const { scrollTop, scrollLeft } = this.scroller;
        const height = Math.max(0, this.scroller.clientHeight - this.head.offsetHeight);
        this.element.style.setProperty("--view-height", `${height}px`);
        const top = scrollTop - OVERSCAN;
        const bottom = scrollTop + height + OVERSCAN;
        const { first, last } = this.rows.between(top, bottom);
        const left = scrollLeft - OVERSCAN;
        const right = scrollLeft + this.laneWidth() + OVERSCAN;
        return { top, bottom, left, right, firstRow: first, lastRow: last };
    }

    private draw(): void {
        const { period } = this;
        if (!period) return;
        if (this.loadStale) {
            this.drawLoad(period);
            this.drawWords();
        }
        const view = this.viewport();
        this.drawRows(period, this.rows.list.slice(view.firstRow, view.lastRow));
        this.bars.draw(view);
        this.ghosts.draw(this.layout(), view);
        clearTimeout(this.settleTimer);
        this.settleTimer = setTimeout(() => this.bars.settle(this.scroller.scrollLeft), SETTLE);
    }

    private drawRows(period: Period, shown: readonly Row[]): void {
        const wanted = new Set(shown);
        for (const [row, cell] of this.rowCells) {
            if (wanted.has(row)) continue;
            cell.element.remove();
            this.rowCells.delete(row);
            this.nameCells.get(row)?.element.remove();
            this.nameCells.delete(row);
        }
        for (const row of shown) {
            let cell = this.rowCells.get(row);
            if (!cell) {
                cell = new RowCell(row);
                this.rowCells.set(row, cell);
                this.rowLayer.append(cell.element);
                const name = new NameCell(row, (node) => this.toggleNode(node));
                this.nameCells.set(row, name);
                this.names.append(name.element);
            }
            if (!cell.stale) continue;
            cell.stale = false;
            this.drawRow(period, row, cell);
        }
    }

    private drawRow(period: Period, row: Row, cell: RowCell): void {
        const { store, teams, formats } = this;
        const name = this.nameCells.get(row)!;
        if (row.kind === "gpu") {
            const gpu = store.gpus[row.gpu]!;
            const holder = store.holderAt(row.gpu, this.now);
            name.drawGpu(gpu, holder, holder ? teams.of(holder.team) : 0, formats.language);
            cell.drawHealth(gpu, this.scale.x(Math.max(this.now, this.scale.from)));
            return;
        }
        const span = store.nodes[row.node]!;
        const gpus = store.gpus.slice(span.first, span.first + span.count);
        name.drawNode(span, gpus, !this.collapsed.has(span.name), formats.language);
        const load = loadOf(store.barsOf(row.node), period.edges, span.count);
        const skyHeight = row.height - 6;
        fillSkyline(cell.skyline(), load, period, this.scale, span.count, skyHeight, teams);
        cell.element.classList.toggle("collapsed", this.collapsed.has(span.name));
    }

    private lightNames(id: string | null): void {
        const gpus = new Set(id === null ? [] : this.store.reservations.get(id)?.gpus);
        for (const [row, name] of this.nameCells) {
            name.element.classList.toggle("lit", row.kind === "gpu" && gpus.has(row.gpu));
        }
    }

    private point(clientX: number | null): void {
        const x = clientX === null ? 0 : clientX - this.lanes.getBoundingClientRect().left;
        this.pointerLine.hidden = clientX === null;
        this.pointerLine.style.left = `${x}px`;
        const instant = clientX === null ? null : this.scale.instant(x);
        this.axis.point(instant, this.scale, this.formats);
    }

    private scrollTo({ bar, gpu }: Cursor): void {
        const row = this.rows.ofGpu(gpu);
        const stretch = this.scale.stretch(bar.reservation.start, bar.reservation.end);
        if (!row || !stretch) return;
        const { scroller } = this;
        const height = scroller.clientHeight - this.head.offsetHeight;
        const width = this.laneWidth();
        if (row.top < scroller.scrollTop) scroller.scrollTop = row.top - row.height;
        const overBottom = row.top + 2 * row.height - scroller.scrollTop - height;
        if (overBottom > 0) scroller.scrollTop += overBottom;
        const seenRight = scroller.scrollLeft + width;
        if (stretch.left < scroller.scrollLeft || stretch.left > seenRight - 80) {
            scroller.scrollLeft = stretch.left - width * 0.2;
        }
    }

    // Folding

    private toggleNode(node: number): void {
        const { name } = this.store.nodes[node]!;
        if (!this.collapsed.delete(name)) this.collapsed.add(name);
        this.refold();
    }

    private toggleEveryNode(): void {
        const fold = this.collapsed.size === 0;
        this.collapsed.clear();
        if (fold) for (const { name } of this.store.nodes) this.collapsed.add(name);
        this.scroller.scrollTop = 0;
        this.refold();
    }

    private refold(): void {
        const focusedNode = (document.activeElement as HTMLElement | null)?.dataset["node"];
        this.layRows();
        this.drawWords();
        ++this.version;
        this.draw();
        if (focusedNode === undefined) return;
        for (const [row, cell] of this.nameCells) {
            if (row.kind === "node" && String(row.node) === focusedNode) cell.focus();
        }
    }

    /** An instant that is to stay where it is on the screen: now, or what is in the middle. */
    private anchor(): { instant: number; x: number } {
        const width = this.laneWidth();
        const { scrollLeft } = this.scroller;
        const nowX = this.scale.x(this.now) - scrollLeft;
        if (nowX >= 0 && nowX < width) return { instant: this.now, x: nowX };
        return { instant: this.scale.instant(scrollLeft + width / 2), x: width / 2 };
    }
}
