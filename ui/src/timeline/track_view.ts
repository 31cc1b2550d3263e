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
 * written again only when its reservation or the layout changed, and only moved when the scale did;
 * what lies at a part of the whole width is not touched by zooming; nothing is measured in a frame
 * before all is written.
 */

import type { Reservation } from "../api/contract";
import type { TeamColours } from "../site/colours";
import { SlotLoad } from "../site/load";
import type { Bar, Change, Store } from "../site/store";
import type { Formats } from "../time/formats";
import type { Period } from "../time/time_scale";
import { BarLayer, type BarHandlers } from "./bar_layer";
import type { Cursor } from "./bar_walk";
import { Folding } from "./folding";
import { GhostLayer } from "./ghosts";
import { RowLayer } from "./row_layer";
import type { Row } from "./rows";
import { TimeWindow, type Anchor } from "./time_window";
import type { TrackLayout, TrackPoint, Viewport } from "./track_layout";
import { TrackFrame } from "./track_frame";
import { WaitingLane, type WishHandlers } from "./waiting_lane";
import { listenForZoom } from "./zoom";

const OVERSCAN = 160;
const SETTLE = 90;

export interface TrackHandlers extends BarHandlers, WishHandlers {
    /** Somebody asks who uses the node's GPUs without a reservation. */
    occupants(node: number, mark: HTMLElement): void;
    /** What part of the time is on the screen, and how many days fit across it. */
    seen(from: number, to: number, span: number): void;
}

export class TrackView {
    private readonly stand = new TrackFrame();
    readonly element = this.stand.element;
    readonly lanes = this.stand.lanes;
    readonly ghosts = new GhostLayer(() => this.requestFrame());
    private readonly bars: BarLayer;
    private readonly rowLayer: RowLayer;
    private readonly wishes: WaitingLane;

    private readonly folding: Folding;
    private readonly time = new TimeWindow(this.stand, () => this.moved());

    private formats!: Formats;
    private filter: (reservation: Reservation) => boolean = () => true;

    private version = 0;
    private shape = 0;
    private frame = 0;
    private settleTimer: ReturnType<typeof setTimeout> | undefined;
    private load: SlotLoad | null = null;
    private loadStale = true;
    /** Where to go once the tracks have a size. */
    private destination: { instant: number; share: number } | null = null;
    /** Scrolling is lost while another page is looked at. */
    private last = { left: 0, top: 0 };

    constructor(
        private readonly store: Store,
        private readonly teams: TeamColours,
        private readonly handlers: TrackHandlers,
    ) {
        const around = {
            layout: () => this.layout(),
            reveal: (cursor: Cursor) => this.reveal(cursor),
            draw: () => this.draw(),
            closer: (clientX: number) => this.zoomAt(4, clientX),
            lit: (id: string | null) => this.lightNames(id),
        };
        this.bars = new BarLayer(store, teams, around, handlers);
        this.wishes = new WaitingLane(store, teams, handlers);
        this.folding = new Folding(store, this.wishes);
        this.rowLayer = new RowLayer(store, teams, {
            isOpen: (row) => this.folding.isOpen(row),
            toggle: (row) => this.toggle(row),
            occupants: (row, mark) => handlers.occupants(row.node, mark),
            waiting: () => this.wishes.count,
        });
        const { rowLayer, bars, wishes, ghosts } = this;
        this.stand.fill(rowLayer.names, [rowLayer.tracks, wishes.element, bars.element, ghosts.element]);
        this.listen();
    }

    /** True when these are other days than before. */
    setPeriod(period: Period, formats: Formats): boolean {
        this.formats = formats;
        const moved = this.time.setPeriod(period);
        if (moved) this.load = null;
        this.stand.drawNow(this.time.now, this.time.scale, formats);
        this.redraw();
        return moved;
    }

    /** How many days, also parts of one, fit across the screen; `around` stays where it is. */
    setSpan(days: number, around?: Anchor): void {
        this.time.setSpan(days, around);
        this.requestFrame();
    }

    /** Goes closer by `factor`, away if it is under 1; the time under `clientX` stays under it. */
    zoomAt(factor: number, clientX?: number): void {
        if (!this.time.period) return;
        this.time.zoomBy(factor, clientX === undefined ? null : clientX - this.viewRect().left);
        this.requestFrame();
    }

    setNow(now: number): void {
        const { time } = this;
        const minuteChanged = Math.floor(now / 60_000) !== Math.floor(time.now / 60_000);
        time.now = now;
        if (!time.period || !minuteChanged) return;
        this.stand.drawNow(now, time.scale, this.formats);
        this.rowLayer.stale("now");
        this.requestFrame();
    }

    /** What does not pass recedes; nodes that are hidden have no rows. */
    setFilter(
        filter: (reservation: Reservation) => boolean,
        hidden: ((node: number) => boolean) | null = null,
    ): void {
        this.filter = filter;
        if (this.folding.hide(hidden)) this.layRows();
        this.redraw();
    }

    goToNow(): void {
        const { now, scale } = this.time;
        if (now >= scale.from && now < scale.to) this.goTo(now, undefined, 0.35);
        else this.goTo(scale.from, undefined, 0);
    }

    /** Brings an instant, and a GPU if one is named, on the screen; `share` of the width before it. */
    goTo(instant: number, gpu?: number, share = 0.2): void {
        if (this.time.width === 0) this.destination = { instant, share };
        else this.time.goTo(instant, share);
        const row = gpu === undefined ? null : this.rowToShow(gpu);
        if (row) this.stand.scrollTop(row.top - this.stand.size.height * 0.3);
        this.requestFrame();
    }

    focusBar(bar: Bar): void {
        if (this.rowToShow(bar.first)) this.bars.focus({ bar, gpu: bar.first });
    }

    /** Brings a bar on the screen and lights it up; the focus stays where it is. */
    showBar(bar: Bar): void {
        if (!this.rowToShow(bar.first)) return;
        this.reveal({ bar, gpu: bar.first });
        this.draw();
        this.bars.light(bar.reservation.id);
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
        const { first } = this.folding.rows.between(y, y + 1);
        const row = this.folding.rows.list[first];
        if (!row || row.kind !== "gpu" || y < row.top || y >= row.top + row.height) return null;
        return { gpu: row.gpu, instant: this.instantAt(clientX) };
    }

    instantAt(clientX: number): number {
        return this.time.scale.instant(clientX - this.lanes.getBoundingClientRect().left);
    }

    scrollBy(x: number, y: number): void {
        this.stand.scroller.scrollBy(x, y);
    }

    /** What part of the screen the tracks have, without names and axis. */
    viewRect(): DOMRect {
        return this.stand.viewRect();
    }

    layout(): TrackLayout {
        return {
            period: this.time.period!,
            scale: this.time.scale,
            rows: this.folding.rows,
            formats: this.formats,
            version: this.version,
            shape: this.shape,
            passes: this.filter,
        };
    }

    /** To be called with every change of the store. */
    changed(change: Change): void {
        const { store, teams } = this;
        if (change.nodes === "all") {
            teams.admit(store.teams.keys());
            this.load = null;
            this.loadStale = true;
            this.rowLayer.stale("all");
            this.wishes.stale();
            this.layRows();
            this.redraw();
            return;
        }
        if (change.what === "booking") {
            this.follow(change);
            this.rowLayer.stale(change.nodes);
        }
        this.requestFrame();
    }

    private follow({ id, before, after }: Change): void {
        if (before) this.load?.add(before, -1, before.gpus.length);
        if (after) this.load?.add(after, 1, after.gpus.length);
        this.loadStale = true;
        const known = id === null ? undefined : this.store.find(id);
        if (known && !known.maintenance) this.teams.admit([known.team]);
        if (id !== null) this.bars.freshen(id);
        if (this.folding.isLaneOff) this.layRows();
        this.wishes.stale();
    }

    private listen(): void {
        const { scroller } = this.stand;
        scroller.addEventListener("scroll", () => this.requestFrame(), { passive: true });
        this.stand.onResize(() => this.resized());
        this.stand.toggleAll.addEventListener("click", () => this.toggleEveryNode());
        listenForZoom(scroller, (factor, clientX) => this.zoomAt(factor, clientX));
        this.lanes.addEventListener("pointermove", (event) => {
            if (event.pointerType !== "touch") this.point(event.clientX);
        });
        this.lanes.addEventListener("pointerleave", () => this.point(null));
    }

    // Layout

    private resized(): void {
        if (this.time.width === 0) return;
        const { destination, last } = this;
        this.destination = null;
        this.setSpan(this.time.span);
        if (destination) this.goTo(destination.instant, undefined, destination.share);
        else if (this.stand.wasAway) {
            this.stand.scrollLeft(last.left);
            this.stand.scrollTop(last.top);
        }
    }

    private layRows(): void {
        this.folding.layRows();
        this.rowLayer.clear();
        this.stand.setHeight(this.folding.rows.height);
        this.moved();
    }

    /** Rows or instants lie elsewhere. */
    private moved(): void {
        ++this.shape;
        this.requestFrame();
    }

    // Drawing

    /** Everything is written anew in the next frame. */
    private redraw(): void {
        ++this.version;
        this.loadStale = true;
        this.rowLayer.stale("now");
        this.requestFrame();
    }

    private requestFrame(): void {
        this.frame ||= requestAnimationFrame(() => {
            this.frame = 0;
            this.draw();
        });
    }

    private draw(): void {
        const { stand, time } = this;
        const { period, width } = time;
        if (!period || width === 0) return;
        const { top, left: leftNow } = stand.scrolled();
        const zoom = time.begin();
        const left = zoom?.left ?? leftNow;
        if (this.loadStale) this.drawLoad(period);
        const view = this.viewport(left, top);
        const layout = this.layout();
        const { scale, formats } = layout;
        const [from, to] = [scale.instant(left), scale.instant(left + width)];
        stand.drawTime(layout, from, to, time.now);
        this.rowLayer.draw(layout, view, time.now);
        this.bars.draw(view);
        this.wishes.draw(layout);
        this.ghosts.draw(layout, view);
        zoom?.finish();
        this.last = { left, top };
        this.handlers.seen(from, to, time.span);
        stand.drawWords(formats, this.store.gpus.length, this.folding.any);
        clearTimeout(this.settleTimer);
        this.settleTimer = setTimeout(() => this.bars.settle(stand.scrolled().left), SETTLE);
    }

    private viewport(scrollLeft: number, scrollTop: number): Viewport {
        const top = scrollTop - OVERSCAN;
        const bottom = scrollTop + this.stand.size.height + OVERSCAN;
        const { first, last } = this.folding.rows.between(top, bottom);
        const left = scrollLeft - OVERSCAN;
        const right = scrollLeft + this.time.width + OVERSCAN;
        return { top, bottom, left, right, firstRow: first, lastRow: last };
    }

    private drawLoad(period: Period): void {
        const { store, teams } = this;
        if (!this.load) {
            this.load = new SlotLoad(period.edges);
            for (const one of store.reservations.values()) this.load.add(one, 1, one.gpus.length);
        }
        const capacity = store.gpus.length;
        this.stand.drawLoad(this.load.of(capacity), period, capacity, teams, this.formats);
        this.loadStale = false;
    }

    private lightNames(id: string | null): void {
        this.rowLayer.light(new Set(id === null ? [] : this.store.reservations.get(id)?.gpus));
    }

    private point(clientX: number | null): void {
        const instant = clientX === null ? null : this.instantAt(clientX);
        this.stand.point(instant, this.time.scale, this.formats);
    }

    private reveal({ bar, gpu }: Cursor): void {
        const row = this.folding.rows.ofGpu(gpu);
        const stretch = this.time.scale.stretch(bar.reservation.start, bar.reservation.end);
        if (!row || !stretch) return;
        const { left, top } = this.stand.scrolled();
        const { width, height } = this.stand.size;
        if (row.top < top) this.stand.scrollTop(row.top - row.height);
        const overBottom = row.top + 2 * row.height - top - height;
        if (overBottom > 0) this.stand.scrollTop(top + overBottom);
        if (stretch.left < left || stretch.left > left + width - 80) {
            this.stand.scrollLeft(stretch.left - width * 0.2);
        }
    }

    // Folding

    private toggle(row: Row): void {
        this.folding.toggle(row);
        this.refold();
    }

    private toggleEveryNode(): void {
        this.folding.toggleAll();
        this.stand.scrollTop(0);
        this.refold();
    }

    private refold(): void {
        const focusedNode = (document.activeElement as HTMLElement | null)?.dataset["node"];
        this.layRows();
        ++this.version;
        this.draw();
        if (focusedNode !== undefined) this.rowLayer.focusNode(focusedNode);
    }

    /** The GPU's row; unfolds its node for it. Null if a filter hides it. */
    private rowToShow(gpu: number): Row | null {
        if (this.folding.unfold(gpu)) this.refold();
        return this.folding.rows.ofGpu(gpu);
    }
}
