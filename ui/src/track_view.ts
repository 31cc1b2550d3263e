/**
 * The tracks: one row per GPU, a bar per booking, virtual in both directions.
 *
 *     const view = new TrackView(store, teams, handlers);
 *     host.append(view.element);
 *     view.setWeek(week, formats);        // then setNow(...) as time passes
 *
 * Only rows and bars within the window on the screen have elements, so the cost of a frame does
 * not depend on the number of GPUs. The rules that keep it cheap: one sticky column and one sticky
 * axis, never sticky boxes per bar; bars without pseudo-elements, strictly contained; a bar is
 * written again only when its reservation or the layout changed.
 */

import { Axis, fillSkyline } from "./axis";
import { BarElement, boxOf } from "./bar_element";
import { stepFrom, type Cursor, type Step } from "./bar_walk";
import type { TeamColours } from "./colours";
import { el, icon, setText } from "./dom";
import type { Formats } from "./formats";
import { loadOf } from "./load";
import { NameCell, RowCell } from "./row_elements";
import { Rows, type Row } from "./rows";
import type { Bar, Change, Store } from "./store";
import { labelStep, slotWidth, TimeScale, type Week } from "./time_scale";
import { say } from "./words";

export interface TrackHandlers {
    /** The bar that is pointed at or has the focus; null when none is any more. */
    show(bar: Bar | null, at: DOMRect | null, how: "pointer" | "keys"): void;
    /** Enter, space or a click: keep what is shown. */
    pin(bar: Bar, at: DOMRect): void;
    dismiss(): void;
}

const OVERSCAN = 160;
const SETTLE = 90;
const FOLD = "M5 2.5l3 3 3-3M5 13.5l3-3 3 3";
const UNFOLD = "M5 5.5l3-3 3 3M5 10.5l3 3 3-3";
const STEPS: Readonly<Record<string, Step>> = {
    ArrowLeft: "left",
    ArrowRight: "right",
    ArrowUp: "up",
    ArrowDown: "down",
    Home: "first",
    End: "last",
};

export class TrackView {
    readonly element = el("section", "tracks");
    private readonly scroller = el("div", "scroll");
    private readonly canvas = el("div", "canvas");
    private readonly head = el("div", "head");
    private readonly corner = el("div", "corner");
    private readonly siteName = el("strong");
    private readonly siteShare = el("span", "share");
    private readonly toggleAll = el("button", "toggle-all");
    private readonly axis = new Axis();
    private readonly names = el("div", "names");
    private readonly lanes = el("div", "lanes");
    private readonly grid = el("div", "grid");
    private readonly rowLayer = el("div", "rows");
    private readonly barLayer = el("div", "bars");
    private readonly nowLine = el("div", "now-line");
    private readonly pointerLine = el("div", "pointer-line");

    private week: Week | null = null;
    private formats!: Formats;
    private scale = new TimeScale(0, 1, 1);
    private span = 7;
    private now = 0;
    private rows = new Rows([], new Set());
    private readonly collapsed = new Set<string>();
    private spotlight: string | null = null;

    private readonly rowCells = new Map<Row, RowCell>();
    private readonly nameCells = new Map<Row, NameCell>();
    private readonly barElements = new Map<string, BarElement>();
    private readonly spareBars: BarElement[] = [];
    private readonly fresh = new Set<string>();
    private layout = 0;
    private frame = 0;
    private settleTimer: ReturnType<typeof setTimeout> | undefined;
    private loadStale = true;
    private cursor: Cursor | null = null;
    private hovered: string | null = null;

    constructor(
        private readonly store: Store,
        private readonly teams: TeamColours,
        private readonly handlers: TrackHandlers,
    ) {
        this.build();
        this.listen();
    }

    setWeek(week: Week, formats: Formats): void {
        const moved = this.week?.from !== week.from || this.week.zone !== week.zone;
        this.week = week;
        this.formats = formats;
        this.rescale();
        if (moved) this.goToNow();
    }

    setFormats(formats: Formats): void {
        this.formats = formats;
        this.rescale();
    }

    /** How many days fit across the screen. */
    setSpan(days: number): void {
        const kept = this.anchor();
        this.span = days;
        this.rescale();
        this.scroller.scrollLeft = this.scale.x(kept.instant) - kept.x;
    }

    setNow(now: number): void {
        const minuteChanged = Math.floor(now / 60_000) !== Math.floor(this.now / 60_000);
        this.now = now;
        if (!this.week) return;
        this.drawNow();
        if (minuteChanged) this.redraw();
    }

    setSpotlight(team: string | null): void {
        this.spotlight = team;
        this.redraw();
    }

    goToNow(): void {
        const x = this.scale.x(this.now);
        const inWeek = x >= 0 && x < this.scale.width;
        this.scroller.scrollLeft = inWeek ? x - this.laneWidth() * 0.35 : 0;
        this.requestFrame();
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
            this.fresh.add(change.id);
            for (const cell of [...this.rowCells.values()]) {
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
        this.barLayer.setAttribute("role", "group");
        this.names.setAttribute("role", "group");
        this.pointerLine.hidden = true;
        this.lanes.append(
            el("div", "sticky behind", this.grid),
            this.rowLayer,
            this.barLayer,
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
        this.barLayer.addEventListener("pointerover", (event) => {
            if (event.pointerType !== "touch") this.hover(this.elementOf(event.target), "pointer");
        });
        this.barLayer.addEventListener("pointerout", (event) => {
            if (!this.elementOf(event.relatedTarget)) this.hover(null, "pointer");
        });
        this.barLayer.addEventListener("focusin", (event) => {
            const bar = this.elementOf(event.target);
            if (!bar?.bar) return;
            if (this.cursor?.bar.key !== bar.bar.key) this.moveCursor(bar.bar, bar.bar.first);
            if (bar.element.matches(":focus-visible")) this.hover(bar, "keys");
        });
        this.barLayer.addEventListener("focusout", (event) => {
            if (!this.elementOf(event.relatedTarget)) this.hover(null, "keys");
        });
        this.barLayer.addEventListener("click", (event) => {
            const bar = this.elementOf(event.target);
            if (bar?.bar) this.handlers.pin(bar.bar, bar.element.getBoundingClientRect());
        });
        this.barLayer.addEventListener("keydown", (event) => this.key(event));
        this.barLayer.addEventListener("animationend", (event) => {
            (event.target as Element).classList.remove("fresh");
        });
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
        const { week } = this;
        if (!week) return;
        const least = week.edges.length * 8;
        const width = Math.max(least, Math.floor((this.laneWidth() * 7) / this.span));
        this.scale = new TimeScale(week.from, week.to, width);
        this.axis.draw(week, this.scale, this.formats);
        this.drawGrid(week);
        this.lanes.style.width = `${width}px`;
        this.axis.element.style.width = `${width}px`;
        this.loadStale = true;
        this.layRows();
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

    private drawGrid(week: Week): void {
        const step = labelStep(week.slotMinutes, slotWidth(this.scale, week.slotMinutes), 27);
        const lines = [el("div", "past")];
        week.days.forEach((day, index) => {
            if (index > 4) {
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
        });
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
        this.barLayer.setAttribute("aria-label", say(language, "tracks.label"));
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

    private drawLoad(week: Week): void {
        const { store, teams } = this;
        const bars = store.nodes.flatMap((_, node) => store.barsOf(node));
        const load = loadOf(bars, week.edges, store.gpus.length);
        this.axis.drawLoad(load, week, this.scale, Math.max(1, store.gpus.length), teams);
        const share = this.formats.share(load.share);
        setText(this.siteShare, say(this.formats.language, "tracks.booked", { share }));
        this.loadStale = false;
    }

    // Drawing

    private redraw(): void {
        ++this.layout;
        for (const cell of this.rowCells.values()) cell.stale = true;
        this.requestFrame();
    }

    private requestFrame(): void {
        this.frame ||= requestAnimationFrame(() => {
            this.frame = 0;
            this.draw();
        });
    }

    private draw(): void {
        const { week } = this;
        if (!week) return;
        if (this.loadStale) {
            this.drawLoad(week);
            this.drawWords();
        }
        const top = this.scroller.scrollTop;
        const height = this.scroller.clientHeight - this.head.offsetHeight;
        this.element.style.setProperty("--view-height", `${Math.max(0, height)}px`);
        const { first, last } = this.rows.between(top - OVERSCAN, top + height + OVERSCAN);
        this.drawRows(week, this.rows.list.slice(first, last));
        this.drawBars(top - OVERSCAN, top + height + OVERSCAN, first, last);
        clearTimeout(this.settleTimer);
        this.settleTimer = setTimeout(() => this.settle(), SETTLE);
    }

    private drawRows(week: Week, shown: readonly Row[]): void {
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
            this.drawRow(week, row, cell);
        }
    }

    private drawRow(week: Week, row: Row, cell: RowCell): void {
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
        const load = loadOf(store.barsOf(row.node), week.edges, span.count);
        const skyHeight = row.height - 6;
        fillSkyline(cell.skyline(), load, week, this.scale, span.count, skyHeight, teams);
        cell.element.classList.toggle("collapsed", this.collapsed.has(span.name));
    }

    private drawBars(top: number, bottom: number, firstRow: number, lastRow: number): void {
        const { list } = this.rows;
        const left = this.scroller.scrollLeft - OVERSCAN;
        const right = left + this.laneWidth() + 2 * OVERSCAN;
        const wanted = new Set<string>();
        const focused = this.focusedKey();
        const node = (index: number) => list[index]?.node ?? -1;
        if (lastRow > firstRow) {
            for (let n = node(firstRow); n <= node(lastRow - 1); ++n) {
                for (const bar of this.store.barsOf(n)) {
                    const row = this.rows.ofGpu(bar.first);
                    if (!row) break;
                    const { start, end } = bar.reservation;
                    const stretch = this.scale.stretch(start, end);
                    if (!stretch) continue;
                    const box = boxOf(bar, row.top, stretch.left, stretch.right);
                    const seen =
                        box.top < bottom &&
                        box.top + box.height > top &&
                        stretch.left < right &&
                        stretch.right > left;
                    if (!seen && bar.key !== focused) continue;
                    wanted.add(bar.key);
                    this.drawBar(bar, box);
                }
            }
        }
        // What has the focus keeps its element, however far away it is scrolled.
        if (focused && this.cursor && this.stillThere(this.cursor.bar.key)) wanted.add(focused);
        this.dropBars(wanted, focused);
        this.fresh.clear();
        this.keepOneTabStop();
    }

    private drawBar(bar: Bar, box: ReturnType<typeof boxOf>): void {
        let element = this.barElements.get(bar.key);
        if (!element) {
            element = this.spareBars.pop() ?? new BarElement();
            this.barElements.set(bar.key, element);
            this.barLayer.append(element.element);
        }
        const isFresh = this.fresh.has(bar.reservation.id);
        if (element.bar === bar && element.layout === this.layout && !isFresh) return;
        const { reservation } = bar;
        const { from, to } = this.scale;
        const classes =
            ` team-${this.teams.of(reservation.team)}` +
            (reservation.start < from ? " from-before" : "") +
            (reservation.end > to ? " goes-on" : "") +
            (reservation.id === this.hovered ? " lit" : "") +
            (this.spotlight !== null && this.spotlight !== reservation.team ? " off" : "") +
            (isFresh ? " fresh" : "");
        element.draw(bar, box, classes, this.formats, this.store);
        element.layout = this.layout;
        if (this.cursor?.bar.key === bar.key) this.cursor = { bar, gpu: this.cursor.gpu };
        if (this.hovered === reservation.id) {
            this.handlers.show(bar, null, "pointer");
        }
    }

    private dropBars(wanted: ReadonlySet<string>, focused: string | null): void {
        let refocus: Bar | undefined;
        for (const [key, element] of this.barElements) {
            if (wanted.has(key)) continue;
            if (key === focused) refocus = this.successorOf(element.bar);
            element.element.remove();
            element.bar = null;
            this.barElements.delete(key);
            if (this.spareBars.length < 400) this.spareBars.push(element);
        }
        // The booking under the focus moved to other GPUs: the focus goes with it.
        if (refocus) this.focusBar({ bar: refocus, gpu: refocus.first });
    }

    private successorOf(bar: Bar | null): Bar | undefined {
        if (!bar) return undefined;
        const bars = this.store.barsOfReservation(bar.reservation.id);
        return bars.find((next) => next.key !== bar.key && this.rows.ofGpu(next.first));
    }

    private settle(): void {
        const { scrollLeft } = this.scroller;
        for (const element of this.barElements.values()) element.reveal(scrollLeft);
    }

    // Pointer and keys

    private elementOf(target: EventTarget | null): BarElement | null {
        if (!(target instanceof Element)) return null;
        const key = target.closest<HTMLElement>(".bar")?.dataset["key"];
        return (key && this.barElements.get(key)) || null;
    }

    private hover(element: BarElement | null, how: "pointer" | "keys"): void {
        const bar = element?.bar ?? null;
        const id = bar?.reservation.id ?? null;
        if (id !== this.hovered) {
            for (const other of this.barElements.values()) {
                const lit = id !== null && other.bar?.reservation.id === id;
                other.element.classList.toggle("lit", lit);
            }
            const gpus = new Set(bar?.reservation.gpus);
            for (const [row, name] of this.nameCells) {
                name.element.classList.toggle("lit", row.kind === "gpu" && gpus.has(row.gpu));
            }
            this.hovered = id;
        }
        this.handlers.show(bar, element?.element.getBoundingClientRect() ?? null, how);
    }

    private point(clientX: number | null): void {
        const x = clientX === null ? 0 : clientX - this.lanes.getBoundingClientRect().left;
        this.pointerLine.hidden = clientX === null;
        this.pointerLine.style.left = `${x}px`;
        const instant = clientX === null ? null : this.scale.instant(x);
        this.axis.point(instant, this.scale, this.formats);
    }

    private key(event: KeyboardEvent): void {
        const { cursor } = this;
        if (event.key === "Escape") return this.handlers.dismiss();
        if (!cursor || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            const element = this.barElements.get(cursor.bar.key)?.element;
            if (element) this.handlers.pin(cursor.bar, element.getBoundingClientRect());
            return;
        }
        const step = STEPS[event.key];
        if (!step) return;
        event.preventDefault();
        const next = stepFrom(cursor, step, this.store, this.rows);
        if (next) this.focusBar(next);
    }

    private focusBar(cursor: Cursor): void {
        this.moveCursor(cursor.bar, cursor.gpu);
        this.scrollTo(cursor);
        this.draw();
        this.barElements.get(cursor.bar.key)?.element.focus({ preventScroll: true });
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

    private moveCursor(bar: Bar, gpu: number): void {
        const old = this.cursor && this.barElements.get(this.cursor.bar.key);
        if (old) old.element.tabIndex = -1;
        this.cursor = { bar, gpu };
        const element = this.barElements.get(bar.key);
        if (element) element.element.tabIndex = 0;
    }

    /** Among all bars exactly one can be reached with Tab; the arrows lead on from there. */
    private keepOneTabStop(): void {
        const key = this.cursor?.bar.key;
        const held = key === undefined ? undefined : this.barElements.get(key);
        for (const element of this.barElements.values()) {
            if (element !== held && element.element.tabIndex === 0) element.element.tabIndex = -1;
        }
        if (held) {
            held.element.tabIndex = 0;
            return;
        }
        let first: Bar | null = null;
        for (const { bar } of this.barElements.values()) {
            if (!bar) continue;
            const earlier =
                !first ||
                bar.first < first.first ||
                (bar.first === first.first && bar.reservation.start < first.reservation.start);
            if (earlier) first = bar;
        }
        if (first) this.moveCursor(first, first.first);
    }

    private focusedKey(): string | null {
        const active = document.activeElement;
        return active && this.barLayer.contains(active)
            ? ((active as HTMLElement).dataset["key"] ?? null)
            : null;
    }

    private stillThere(key: string): boolean {
        const bar = this.barElements.get(key)?.bar;
        if (!bar || !this.rows.ofGpu(bar.first)) return false;
        return this.store.barsOfReservation(bar.reservation.id).some((b) => b.key === key);
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
        ++this.layout;
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

