/**
 * The pointer on the tracks: draw a booking, move it, pull at its ends.
 *
 * A mouse begins after a few pixels; a finger after resting for a moment, so that the page still
 * scrolls over bars. Escape lets go. Near the edges the tracks scroll by themselves.
 */

import type { Bar } from "../site/store";
import type { Calendar } from "../timeline/calendar";
import { Changing } from "./changing";
import { drawGhosts } from "./draft_ghosts";
import { DragTag } from "./drag_tag";
import { holds } from "./fit";
import { gripAt, type Grip } from "./grip";
import { listenForKeys } from "./page_keys";
import { isTheirs } from "./permission";
import { Drawing, Pulling, type Spot, type Stroke } from "./strokes";

export function listenForGestures(calendar: Calendar): void {
    calendar.booking.attach(calendar);
    drawGhosts(calendar);
    listenForKeys(calendar);
    new Gestures(calendar).listen();
}

const LONG_PRESS = 400;
/** How far a pressed mouse may tremble, and a resting finger. */
const TREMBLE = { mouse: 4, touch: 8 } as const;
/** Within how many pixels of an edge the tracks scroll, and how far per frame at most. */
const EDGE = 40;
const FASTEST = 18;

interface Press {
    readonly pointer: number;
    readonly isTouch: boolean;
    readonly x: number;
    readonly y: number;
    readonly spot: Spot;
    readonly bar: Bar | null;
    readonly grip: Grip | null;
    /** Only closes what is open, such as a pinned card. */
    readonly closes: boolean;
    readonly timer: ReturnType<typeof setTimeout> | undefined;
}

class Gestures {
    private readonly lanes: HTMLElement;
    private readonly tag = new DragTag();
    private press: Press | null = null;
    private stroke: Stroke | null = null;
    private x = 0;
    private y = 0;
    private frame = 0;

    constructor(private readonly calendar: Calendar) {
        this.lanes = calendar.tracks.lanes;
    }

    listen(): void {
        const { lanes } = this;
        this.calendar.tracks.element.append(this.tag.element);
        lanes.addEventListener("pointerdown", (event) => this.down(event));
        lanes.addEventListener("pointermove", (event) => this.move(event));
        lanes.addEventListener("pointerup", (event) => this.up(event));
        lanes.addEventListener("pointercancel", (event) => {
            if (event.pointerId === this.press?.pointer) this.drop();
        });
        lanes.addEventListener("lostpointercapture", () => {
            if (this.stroke) this.drop();
        });
        // A finger that draws must not scroll; one that scrolls has moved before it rested.
        lanes.addEventListener(
            "touchmove",
            (event) => {
                if (this.stroke && event.cancelable) event.preventDefault();
            },
            { passive: false },
        );
        lanes.addEventListener("contextmenu", (event) => {
            if (this.press?.isTouch) event.preventDefault();
        });
        document.addEventListener(
            "keydown",
            (event) => {
                if (event.key !== "Escape" || !this.stroke) return;
                event.stopPropagation();
                event.preventDefault();
                this.drop();
            },
            { capture: true },
        );
    }

    private down(event: PointerEvent): void {
        // A second finger is for zooming.
        if (this.press) return this.drop();
        if (event.button !== 0 || !event.isPrimary) return;
        const { calendar } = this;
        const target = event.target as Element;
        if (target.closest("button")) return;
        const spot = this.spotAt(event.clientX, event.clientY);
        if (!spot) return;
        const isTouch = event.pointerType === "touch";
        const bar = calendar.tracks.barAt(target);
        const grip = bar && gripAt(calendar, bar, event.clientX, isTouch);
        // Over another's bar one draws what one would have there, and sees what can be had instead.
        if (bar && !grip && isTheirs(calendar.app, bar.reservation) && holds(bar.reservation)) return;
        const closes = !calendar.card.element.hidden && calendar.card.element.classList.contains("pinned");
        const timer = isTouch ? setTimeout(() => this.begin(), LONG_PRESS) : undefined;
        const { pointerId: pointer, clientX: x, clientY: y } = event;
        this.press = { pointer, isTouch, x, y, spot, bar, grip, closes, timer };
        [this.x, this.y] = [x, y];
    }

    private move(event: PointerEvent): void {
        const { press } = this;
        if (!press) {
            if (event.pointerType !== "touch") this.showCursor(event);
            return;
        }
        if (event.pointerId !== press.pointer) return;
        [this.x, this.y] = [event.clientX, event.clientY];
        if (this.stroke) return this.requestFrame();
        const way = Math.hypot(this.x - press.x, this.y - press.y);
        if (way < (press.isTouch ? TREMBLE.touch : TREMBLE.mouse)) return;
        if (press.isTouch) this.drop();
        else this.begin();
    }

    private up(event: PointerEvent): void {
        const { press, stroke } = this;
        if (!press || event.pointerId !== press.pointer) return;
        if (stroke) {
            [this.x, this.y] = [event.clientX, event.clientY];
            this.follow();
            this.end();
            stroke.keep();
            this.swallowClick();
            return;
        }
        this.end();
        if (press.bar || press.closes) return;
        // A click on the free grid is a stroke over one slot.
        const drawing = new Drawing(this.calendar, press.spot);
        drawing.to(press.spot);
        drawing.keep();
    }

    private begin(): void {
        const { press, calendar } = this;
        if (!press) return;
        clearTimeout(press.timer);
        const { grip, bar, spot } = press;
        calendar.card.dismiss();
        if (bar && grip) {
            const changing = new Changing(calendar, bar.reservation);
            changing.told = () => this.say();
            this.stroke = new Pulling(calendar, changing, grip, spot);
        } else {
            this.stroke = new Drawing(calendar, spot);
        }
        this.lanes.setPointerCapture(press.pointer);
        this.lanes.dataset["stroke"] = this.stroke.cursor;
        this.follow();
        this.requestFrame();
    }

    private requestFrame(): void {
        this.frame ||= requestAnimationFrame(() => {
            this.frame = 0;
            if (!this.stroke) return;
            const scrolls = this.scrollAtEdge();
            this.follow();
            if (scrolls) this.requestFrame();
        });
    }

    private follow(): void {
        const spot = this.spotAt(this.x, this.y);
        if (!spot || !this.stroke) return;
        this.stroke.to(spot);
        this.say();
    }

    private say(): void {
        if (!this.stroke) return;
        const { what, why, fits } = this.stroke.told();
        // Where nothing has moved yet there is nothing to say.
        if (what) this.tag.show(what, why, fits, this.x, this.y);
    }

    private drop(): void {
        const { stroke } = this;
        this.end();
        stroke?.drop();
    }

    private end(): void {
        clearTimeout(this.press?.timer);
        cancelAnimationFrame(this.frame);
        this.frame = 0;
        const pointer = this.press?.pointer;
        this.press = null;
        this.stroke = null;
        this.tag.hide();
        delete this.lanes.dataset["stroke"];
        if (pointer !== undefined && this.lanes.hasPointerCapture(pointer)) {
            this.lanes.releasePointerCapture(pointer);
        }
    }

    /** The click that ends a drag is none on what lies there. */
    private swallowClick(): void {
        const swallow = (event: Event) => event.stopPropagation();
        addEventListener("click", swallow, { capture: true, once: true });
        // The click comes right after; if there is none, the next one is meant.
        setTimeout(() => removeEventListener("click", swallow, { capture: true }), 0);
    }

    private spotAt(clientX: number, clientY: number): Spot | null {
        const { tracks } = this.calendar;
        const { rows } = tracks.layout();
        const y = clientY - this.lanes.getBoundingClientRect().top;
        const { list } = rows;
        const under = rows.between(y, y + 1).first;
        // Who waits is listed above the tracks; nothing is drawn there.
        if (!this.press && list[under]?.kind === "waiting") return null;
        const at = Math.max(0, Math.min(list.length - 1, under));
        // On a node's own row, the track next to it is meant.
        for (let apart = 0; apart < list.length; ++apart) {
            for (const row of [at + apart, at - apart]) {
                if (list[row]?.kind === "gpu") return { instant: tracks.instantAt(clientX), row };
            }
        }
        return null;
    }

    private scrollAtEdge(): boolean {
        const view = this.calendar.tracks.viewRect();
        const x = pushOf(this.x, view.left, view.right);
        const y = pushOf(this.y, view.top, view.bottom);
        if (x === 0 && y === 0) return false;
        this.calendar.tracks.scrollBy(x, y);
        return true;
    }

    /** Shows by its shape what a press would do here. */
    private showCursor(event: PointerEvent): void {
        const { tracks, booking } = this.calendar;
        const bar = tracks.barAt(event.target);
        let over = "";
        if (bar) over = gripAt(this.calendar, bar, event.clientX, false) ?? "";
        else if (tracks.instantAt(event.clientX) >= booking.currentSlot.value) over = "free";
        if (this.lanes.dataset["over"] !== over) this.lanes.dataset["over"] = over;
    }
}

/** How far to scroll: the more, the nearer to the edge or beyond it. */
function pushOf(at: number, first: number, last: number): number {
    if (at < first + EDGE) return -Math.min(FASTEST, Math.ceil((first + EDGE - at) / 3));
    if (at > last - EDGE) return Math.min(FASTEST, Math.ceil((at - last + EDGE) / 3));
    return 0;
}
