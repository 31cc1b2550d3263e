/** One bar on the tracks: its element, and how a reservation looks on it. */

import { el, setAttribute, setText } from "../app/dom";
import type { Reservation } from "../api/contract";
import { gpuRanges, type Formats } from "../time/formats";
import { GPU_HEIGHT } from "./rows";
import { lookOf, markOf } from "../site/states";
import type { Bar, Store } from "../site/store";
import { say, sayValue } from "../words/words";

export interface Box {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
}

/** Below the first width a bar has no room for words, below the second only for its title. */
const WORDS_FROM = 36;
const ALL_WORDS_FROM = 96;
/** Narrower than this, one line does not hold title, owner and progress. */
const OWNER_BESIDE_FROM = 190;
const PADDING = 6;

export class BarElement {
    readonly element = el("div");
    bar: Bar | null = null;
    layout = -1;
    private box: Box = { left: 0, top: 0, width: 0, height: 0 };
    private readonly mark = el("span", "mark");
    private readonly title = el("span", "title");
    private readonly who = el("span", "who");
    private readonly more = el("span", "more");
    private readonly done = el("div", "done");
    private readonly progress = el("div", "progress", this.done);
    private padding = 0;

    constructor() {
        const text = el("div", "text", this.mark, this.title, this.who, this.more);
        this.element.append(text, this.progress);
        this.element.setAttribute("role", "button");
        this.element.tabIndex = -1;
    }

    draw(bar: Bar, box: Box, classes: string, formats: Formats, store: Store): void {
        const { reservation } = bar;
        const { language } = formats;
        const look = lookOf(reservation.state);
        const tall = bar.count > 1 ? (bar.count > 2 ? " tall taller" : " tall") : "";
        const tiny =
            box.width < WORDS_FROM ? " tiny" : box.width < ALL_WORDS_FROM ? " narrow" : "";
        const kind = reservation.maintenance ? " maintenance" : "";
        const tail = tailOf(reservation, store);
        const className =
            `bar ${look} state-${reservation.state}${kind}${tail > 0 ? " tail" : ""}` +
            `${tall}${tiny}${classes}`;
        if (this.element.className !== className) this.element.className = className;
        this.move(box);
        this.element.style.setProperty("--tail", `${(tail * 100).toFixed(2)}%`);
        this.element.dataset["key"] = bar.key;
        this.element.dataset["reservation"] = reservation.id;

        setText(this.mark, markOf(reservation));
        setText(this.title, reservation.title || reservation.team || say(language, "card.untitled"));
        const { progress } = reservation;
        const more = reservation.priority === "P0" && look !== "void" ? ["P0"] : [];
        if (progress && look === "active") more.push(`${progress.epoch}/${progress.epochs}`);
        setText(this.more, more.join(" · "));
        const squeezed = bar.count === 1 && more.length > 0 && box.width < OWNER_BESIDE_FROM;
        setText(this.who, squeezed ? "" : reservation.owner);
        this.progress.hidden = look !== "active" || !progress;
        if (progress) {
            const part = progress.epochs > 0 ? progress.epoch / progress.epochs : 0;
            this.done.style.width = `${Math.min(100, part * 100).toFixed(2)}%`;
        }
        const label = labelOf(bar, formats, store);
        setAttribute(this.element, "aria-label", label);
        this.bar = bar;
    }

    /** Keeps the words in view when the bar's left part is scrolled away. */
    reveal(scrollLeft: number): void {
        const hidden = Math.max(0, scrollLeft - this.box.left);
        const padding = hidden > 0 && hidden < this.box.width - WORDS_FROM ? hidden : 0;
        if (padding === this.padding) return;
        this.padding = padding;
        this.element.style.paddingLeft = padding ? `${padding + PADDING}px` : "";
    }

    private move(box: Box): void {
        const { style } = this.element;
        if (box.left !== this.box.left) style.left = `${box.left}px`;
        if (box.top !== this.box.top) style.top = `${box.top}px`;
        if (box.width !== this.box.width) style.width = `${box.width}px`;
        if (box.height !== this.box.height) style.height = `${box.height}px`;
        this.box = box;
    }
}

/** The part of the visible bar that lies past the booked end. */
function tailOf({ start, end, bookedEnd }: Reservation, store: Store): number {
    if (bookedEnd === null) return 0;
    const from = Math.max(start, store.from);
    const to = Math.min(end, store.to);
    return to > from ? Math.max(0, to - Math.max(bookedEnd, from)) / (to - from) : 0;
}

const INSET = 2;

/** Where a bar lies, given its top track and its pixels along the time. */
export function boxOf(bar: Bar, top: number, left: number, right: number): Box {
    return {
        left: Math.round(left * 2) / 2,
        top: top + INSET,
        // One pixel stays free, so that neighbours in time are seen to be two.
        width: Math.max(2, Math.round((right - left) * 2) / 2 - 1),
        height: bar.count * GPU_HEIGHT - 2 * INSET,
    };
}

function labelOf({ reservation }: Bar, formats: Formats, store: Store): string {
    const { language } = formats;
    const label = say(language, "bar.label", {
        title: reservation.title || say(language, "card.untitled"),
        state: sayValue(language, "state", reservation.state),
        team: reservation.team || say(language, "legend.noteam"),
        owner: reservation.owner,
        priority: reservation.priority,
        window: formats.window(reservation.start, reservation.end),
        gpus: gpuRanges(reservation.gpus, store.gpus),
    });
    const { progress } = reservation;
    if (!progress || lookOf(reservation.state) !== "active") return label;
    const { epoch, epochs } = progress;
    return `${label}, ${say(language, "bar.epoch", { epoch, epochs })}`;
}
