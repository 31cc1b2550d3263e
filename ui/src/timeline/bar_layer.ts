/**
 * The bars: elements for those in the viewport only, recycled; pointing at them, and the keyboard's
 * way from one to the next, of which exactly one can be reached with Tab.
 */

import { el } from "../app/dom";
import type { TeamColours } from "../site/colours";
import type { Bar, Store } from "../site/store";
import { BarElement, boxOf, type Box } from "./bar_element";
import { stepFrom, type Cursor, type Step } from "./bar_walk";
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
    private readonly fresh = new Set<string>();
    private cursor: Cursor | null = null;
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
        const { rows, scale } = this.around.layout();
        const wanted = new Set<string>();
        const focused = this.focusedKey();
        const node = (row: number) => rows.list[row]?.node ?? -1;
        if (view.lastRow > view.firstRow) {
            for (let n = node(view.firstRow); n <= node(view.lastRow - 1); ++n) {
                for (const bar of this.store.barsOf(n)) {
                    const row = rows.ofGpu(bar.first);
                    if (!row) continue;
                    const { start, end } = bar.reservation;
                    const stretch = scale.stretch(start, end);
                    if (!stretch) continue;
                    const box = boxOf(bar, row.top, stretch.left, stretch.right);
                    if (!touches(box, view) && bar.key !== focused) continue;
                    wanted.add(bar.key);
                    this.drawBar(bar, box);
                }
            }
        }
        // What has the focus keeps its element, however far away it is scrolled.
        if (focused && this.cursor && this.stillThere(this.cursor.bar.key)) wanted.add(focused);
        this.drop(wanted, focused);
        this.fresh.clear();
        this.keepOneTabStop();
    }

    /** When scrolling has come to rest: words that were scrolled away come back into view. */
    settle(scrollLeft: number): void {
        for (const element of this.elements.values()) element.reveal(scrollLeft);
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

    private drawBar(bar: Bar, box: Box): void {
        let element = this.elements.get(bar.key);
        if (!element) {
            element = this.spares.pop() ?? new BarElement();
            this.elements.set(bar.key, element);
            this.element.append(element.element);
        }
        const layout = this.around.layout();
        const isFresh = this.fresh.has(bar.reservation.id);
        if (element.bar === bar && element.layout === layout.version && !isFresh) return;
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
        element.layout = layout.version;
        if (this.cursor?.bar.key === bar.key) this.cursor = { bar, gpu: this.cursor.gpu };
        if (this.hovered === reservation.id) this.handlers.show(bar, null, "pointer");
    }

    private drop(wanted: ReadonlySet<string>, focused: string | null): void {
        let refocus: Bar | undefined;
        for (const [key, element] of this.elements) {
            if (wanted.has(key)) continue;
            if (key === focused) refocus = this.successorOf(element.bar);
            element.element.remove();
            element.bar = null;
            this.elements.delete(key);
            if (this.spares.length < SPARES) this.spares.push(element);
        }
        // The booking under the focus moved to other GPUs: the focus goes with it.
        if (refocus) this.focus({ bar: refocus, gpu: refocus.first });
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
        const id = bar?.reservation.id ?? null;
        if (id !== this.hovered) {
            for (const other of this.elements.values()) {
                const lit = id !== null && other.bar?.reservation.id === id;
                other.element.classList.toggle("lit", lit);
            }
            this.hovered = id;
            this.around.lit(id);
        }
        this.handlers.show(bar, element?.element.getBoundingClientRect() ?? null, how);
    }

    private elementOf(target: EventTarget | null): BarElement | null {
        if (!(target instanceof Element)) return null;
        const key = target.closest<HTMLElement>(".bar")?.dataset["key"];
        return (key && this.elements.get(key)) || null;
    }

    private moveCursor(bar: Bar, gpu: number): void {
        const old = this.cursor && this.elements.get(this.cursor.bar.key);
        if (old) old.element.tabIndex = -1;
        this.cursor = { bar, gpu };
        const element = this.elements.get(bar.key);
        if (element) element.element.tabIndex = 0;
    }

    private keepOneTabStop(): void {
        const key = this.cursor?.bar.key;
        const held = key === undefined ? undefined : this.elements.get(key);
        for (const element of this.elements.values()) {
            if (element !== held && element.element.tabIndex === 0) element.element.tabIndex = -1;
        }
        if (held) {
            held.element.tabIndex = 0;
            return;
        }
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

function touches(box: Box, view: Viewport): boolean {
    return (
        box.top < view.bottom &&
        box.top + box.height > view.top &&
        box.left < view.right &&
        box.left + box.width > view.left
    );
}

function isEarlier(a: Bar, b: Bar): boolean {
    return a.first < b.first || (a.first === b.first && a.reservation.start < b.reservation.start);
}
