/**
 * The bars: elements for those in the viewport only, recycled; pointing at them, and the keyboard's
 * way from one to the next, of which exactly one can be reached with Tab.
 */

import { el } from "../app/dom";
import type { TeamColours } from "../site/colours";
import type { Bar, Store } from "../site/store";
import { BarElement, boxOf, type Box } from "./bar_element";
import { mergeNarrow, NARROWEST, type Block, type Placed } from "./bar_merge";
import { stepFrom, type Cursor, type Step } from "./bar_walk";
import { GPU_HEIGHT } from "./rows";
import type { TrackLayout, Viewport } from "./track_layout";

export interface BarHandlers {
    /** The bar that is pointed at or has the focus; null when none is any more. */
    show(bar: Bar | null, at: DOMRect | null, how: "pointer" | "keys"): void;
    /** Enter, space or a click: keep what is shown. */
    pin(bar: Bar, at: DOMRect): void;
    dismiss(): void;
    /** A key on a bar that is none of this layer's own; true when it was taken. */
    key(bar: Bar, event: KeyboardEvent): boolean;
}

interface Surroundings {
    layout(): TrackLayout;
    /** Brings a bar's place on the screen. */
    reveal(cursor: Cursor): void;
    draw(): void;
    /** Goes closer, around this x of the window. */
    closer(clientX: number): void;
    /** Another reservation is pointed at, or none. */
    lit(reservation: string | null): void;
}

const SPARES = 400;
const STEPS: Readonly<Record<string, Step>> = {
    ArrowLeft: "left",
    ArrowRight: "right",
    ArrowUp: "up",
    ArrowDown: "down",
    Home: "first",
    End: "last",
};

export class BarLayer {
    readonly element = el("div", "bars");
    private readonly elements = new Map<string, BarElement>();
    private readonly spares: BarElement[] = [];
    private readonly blocks = new Map<string, HTMLElement>();
    private readonly fresh = new Set<string>();
    private cursor: Cursor | null = null;
    private refocus: Bar | undefined;
    /** What Tab reaches. */
    private stop: BarElement | null = null;
    private hovered: string | null = null;

    constructor(
        private readonly store: Store,
        private readonly teams: TeamColours,
        private readonly around: Surroundings,
        private readonly handlers: BarHandlers,
    ) {
        this.element.setAttribute("role", "group");
        this.listen();
    }

    /** Lets the reservation's bars light up once when they are drawn next. */
    freshen(id: string): void {
        this.fresh.add(id);
    }

    draw(view: Viewport): void {
        const { rows } = this.around.layout();
        const shown = new Map<string, Placed>();
        const focused = this.focusedKey();
        const blocks: Block[] = [];
        let last = -1;
        for (let i = view.firstRow; i < view.lastRow; ++i) {
            const { node } = rows.list[i]!;
            if (node < 0 || node === last) continue;
            last = node;
            const { placed, narrow } = this.placeNode(node, view, focused);
            const merged = narrow ? mergeNarrow(placed, (bar) => this.staysAlone(bar, focused)) : null;
            for (const one of merged?.bars ?? placed) shown.set(one.bar.key, one);
            if (merged) blocks.push(...merged.blocks);
        }
        const free = this.release(shown, focused);
        for (const { bar, left, right } of shown.values()) {
            this.drawBar(bar, boxOf(bar, rows.ofGpu(bar.first)!.top, left, right), free);
        }
        this.keep(free);
        this.drawBlocks(blocks);
        this.fresh.clear();
        this.keepOneTabStop();
        // The booking under the focus moved to other GPUs: the focus goes with it.
        const { refocus } = this;
        this.refocus = undefined;
        if (refocus) this.focus({ bar: refocus, gpu: refocus.first });
    }

    /** The node's bars that can be seen, and whether any is too narrow to stand alone. */
    private placeNode(node: number, view: Viewport, focused: string | null) {
        const { rows, scale } = this.around.layout();
        const placed: Placed[] = [];
        let narrow = false;
        const until = scale.instant(view.right);
        for (const bar of this.store.barsOf(node)) {
            const { start, end } = bar.reservation;
            if (start >= until && bar.key !== focused) continue;
            const row = rows.ofGpu(bar.first);
            if (!row) continue;
            const bottom = row.top + bar.count * GPU_HEIGHT;
            const left = Math.max(0, scale.x(start));
            const right = Math.min(scale.width, scale.x(end));
            const seen = row.top < view.bottom && bottom > view.top && left < view.right && right > view.left;
            if (right <= left || (!seen && bar.key !== focused)) continue;
            narrow ||= right - left < NARROWEST;
            placed.push({ bar, left, right });
        }
        return { placed, narrow };
    }

    private staysAlone({ key, reservation }: Bar, focused: string | null): boolean {
        return key === focused || reservation.id === this.hovered || this.fresh.has(reservation.id);
    }

    private drawBlocks(blocks: readonly Block[]): void {
        const { rows, passes } = this.around.layout();
        const wanted = new Set<string>();
        for (const block of blocks) {
            wanted.add(block.key);
            let element = this.blocks.get(block.key);
            if (!element) {
                element = el("div");
                this.blocks.set(block.key, element);
                this.element.append(element);
            }
            const { reservation } = block.first;
            const box = boxOf(block.first, rows.ofGpu(block.first.first)!.top, block.left, block.right);
            const grey = reservation.maintenance ? " maintenance" : "";
            const off = passes(reservation) ? "" : " off";
            element.className = `block team-${this.teams.of(reservation.team)}${grey}${off}`;
            element.title = `${reservation.team} · ${block.bars}`;
            element.style.left = `${box.left}px`;
            element.style.top = `${box.top}px`;
            element.style.width = `${box.width}px`;
            element.style.height = `${box.height}px`;
        }
        for (const [key, element] of this.blocks) {
            if (wanted.has(key)) continue;
            element.remove();
            this.blocks.delete(key);
        }
    }

    /** When scrolling has come to rest: small bars get their labels, words that were scrolled away come back into view. */
    settle(scrollLeft: number): void {
        const { formats } = this.around.layout();
        for (const element of this.elements.values()) {
            element.reveal(scrollLeft);
            element.label(formats, this.store);
        }
    }

    barAt(target: EventTarget | null): Bar | null {
        return this.elementOf(target)?.bar ?? null;
    }

    /** Where the reservation's first drawn bar is on the screen. */
    placeOf(id: string): DOMRect | null {
        for (const { bar, element } of this.elements.values()) {
            if (bar?.reservation.id === id) return element.getBoundingClientRect();
        }
        return null;
    }

    focus(cursor: Cursor): void {
        this.moveCursor(cursor.bar, cursor.gpu);
        this.around.reveal(cursor);
        this.around.draw();
        this.elements.get(cursor.bar.key)?.element.focus({ preventScroll: true });
    }

    /** `free` are elements that stand on the page for bars that are out of sight: moving one is cheapest. */
    private drawBar(bar: Bar, box: Box, free: BarElement[]): void {
        let element = this.elements.get(bar.key);
        if (!element) {
            element = free.pop() ?? this.spares.pop() ?? new BarElement();
            this.elements.set(bar.key, element);
            if (!element.element.parentNode) this.element.append(element.element);
        }
        const layout = this.around.layout();
        const isFresh = this.fresh.has(bar.reservation.id);
        if (element.bar === bar && element.version === layout.version && !isFresh) {
            if (element.shape === layout.shape) return;
            element.shape = layout.shape;
            return element.place(box, layout.formats);
        }
        const { reservation } = bar;
        const { from, to } = layout.scale;
        const classes =
            ` team-${this.teams.of(reservation.team)}` +
            (reservation.start < from ? " from-before" : "") +
            (reservation.end > to ? " goes-on" : "") +
            (reservation.id === this.hovered ? " lit" : "") +
            (layout.passes(reservation) ? "" : " off") +
            (isFresh ? " fresh" : "");
        element.draw(bar, box, classes, layout.formats, this.store);
        element.version = layout.version;
        element.shape = layout.shape;
        if (this.cursor?.bar.key === bar.key) this.cursor = { bar, gpu: this.cursor.gpu };
        if (this.hovered === reservation.id) this.handlers.show(bar, null, "pointer");
    }

    /** Frees the elements of what is out of sight; what has the focus keeps its, however far away. */
    private release(shown: ReadonlyMap<string, Placed>, focused: string | null): BarElement[] {
        const free: BarElement[] = [];
        const away = this.cursor?.bar.key === focused && focused !== null && this.stillThere(focused);
        for (const [key, element] of this.elements) {
            if (shown.has(key) || (away && key === focused)) continue;
            if (key === focused) {
                // The focus must not find itself on another bar's element.
                element.element.remove();
                this.refocus = this.successorOf(element.bar);
            }
            if (element === this.stop) this.setStop(null);
            element.bar = null;
            this.elements.delete(key);
            free.push(element);
        }
        return free;
    }

    private keep(free: readonly BarElement[]): void {
        for (const element of free) {
            element.element.remove();
            if (this.spares.length < SPARES) this.spares.push(element);
        }
    }

    private successorOf(bar: Bar | null): Bar | undefined {
        if (!bar) return undefined;
        const { rows } = this.around.layout();
        const bars = this.store.barsOfReservation(bar.reservation.id);
        return bars.find((next) => next.key !== bar.key && rows.ofGpu(next.first));
    }

    // Pointer and keys

    private listen(): void {
        this.element.addEventListener("pointerover", (event) => {
            if (event.pointerType !== "touch") this.hover(this.elementOf(event.target), "pointer");
        });
        this.element.addEventListener("pointerout", (event) => {
            if (!this.elementOf(event.relatedTarget)) this.hover(null, "pointer");
        });
        this.element.addEventListener("focusin", (event) => {
            const bar = this.elementOf(event.target);
            if (!bar?.bar) return;
            if (this.cursor?.bar.key !== bar.bar.key) this.moveCursor(bar.bar, bar.bar.first);
            if (bar.element.matches(":focus-visible")) this.hover(bar, "keys");
        });
        this.element.addEventListener("focusout", (event) => {
            if (!this.elementOf(event.relatedTarget)) this.hover(null, "keys");
        });
        this.element.addEventListener("click", (event) => {
            const bar = this.elementOf(event.target);
            if (bar?.bar) this.handlers.pin(bar.bar, bar.element.getBoundingClientRect());
            else if ((event.target as Element).closest(".block")) this.around.closer(event.clientX);
        });
        this.element.addEventListener("keydown", (event) => this.key(event));
        this.element.addEventListener("animationend", (event) => {
            (event.target as Element).classList.remove("fresh");
        });
    }

    private key(event: KeyboardEvent): void {
        const { cursor } = this;
        if (event.key === "Escape") return this.handlers.dismiss();
        if (!cursor) return;
        if (this.handlers.key(cursor.bar, event)) return event.preventDefault();
        if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
        if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            const element = this.elements.get(cursor.bar.key)?.element;
            if (element) this.handlers.pin(cursor.bar, element.getBoundingClientRect());
            return;
        }
        const step = STEPS[event.key];
        if (!step) return;
        event.preventDefault();
        const next = stepFrom(cursor, step, this.store, this.around.layout().rows);
        if (next) this.focus(next);
    }

    private hover(element: BarElement | null, how: "pointer" | "keys"): void {
        const bar = element?.bar ?? null;
        this.light(bar?.reservation.id ?? null);
        this.handlers.show(bar, element?.element.getBoundingClientRect() ?? null, how);
    }

    /** Outlines the reservation's bars, until another is pointed at. */
    light(id: string | null): void {
        if (id === this.hovered) return;
        for (const other of this.elements.values()) {
            const lit = id !== null && other.bar?.reservation.id === id;
            other.element.classList.toggle("lit", lit);
        }
        this.hovered = id;
        this.around.lit(id);
    }

    private elementOf(target: EventTarget | null): BarElement | null {
        if (!(target instanceof Element)) return null;
        const key = target.closest<HTMLElement>(".bar")?.dataset["key"];
        return (key && this.elements.get(key)) || null;
    }

    private moveCursor(bar: Bar, gpu: number): void {
        this.cursor = { bar, gpu };
        this.setStop(this.elements.get(bar.key) ?? null);
    }

    private setStop(element: BarElement | null): void {
        if (element === this.stop) return;
        if (this.stop) this.stop.element.tabIndex = -1;
        if (element) element.element.tabIndex = 0;
        this.stop = element;
    }

    private keepOneTabStop(): void {
        const key = this.cursor?.bar.key;
        const held = key === undefined ? undefined : this.elements.get(key);
        if (held) return this.setStop(held);
        let first: Bar | null = null;
        for (const { bar } of this.elements.values()) {
            if (bar && (!first || isEarlier(bar, first))) first = bar;
        }
        if (first) this.moveCursor(first, first.first);
    }

    private focusedKey(): string | null {
        const active = document.activeElement;
        return active && this.element.contains(active)
            ? ((active as HTMLElement).dataset["key"] ?? null)
            : null;
    }

    private stillThere(key: string): boolean {
        const bar = this.elements.get(key)?.bar;
        if (!bar || !this.around.layout().rows.ofGpu(bar.first)) return false;
        return this.store.barsOfReservation(bar.reservation.id).some((b) => b.key === key);
    }
}

function isEarlier(a: Bar, b: Bar): boolean {
    return a.first < b.first || (a.first === b.first && a.reservation.start < b.reservation.start);
}
