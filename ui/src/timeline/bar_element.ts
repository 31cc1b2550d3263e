/** One bar on the tracks: its element, and how a reservation looks on it. */

import { el, setAttribute, setText } from "../app/dom";
import type { Reservation } from "../api/contract";
import { gpuRanges, type Formats } from "../time/formats";
import { GPU_HEIGHT } from "./rows";
import { isWarned, lookOf, markOf } from "../site/states";
import type { Bar, Store } from "../site/store";
import { say, sayValue } from "../words/words";

export interface Box {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
}

/**
 * How much room there is for words. Narrower than "words" a bar has none and no elements for any;
 * in "narrow" only its title fits, and only from "wide" on one line holds title, owner and progress.
 */
type Room = "tiny" | "narrow" | "words" | "wide";
const WORDS_FROM = 36;
const ALL_WORDS_FROM = 96;
const OWNER_BESIDE_FROM = 190;
const PADDING = 6;

function roomOf(width: number): Room {
    if (width < WORDS_FROM) return "tiny";
    if (width < ALL_WORDS_FROM) return "narrow";
    return width < OWNER_BESIDE_FROM ? "words" : "wide";
}

export class BarElement {
    readonly element = el("div");
    bar: Bar | null = null;
    /** Of the layout that it was written and placed for. */
    version = -1;
    shape = -1;
    private box: Box = { left: 0, top: 0, width: 0, height: 0 };
    private room: Room = "tiny";
    private classes = "";
    private words: BarWords | null = null;
    private readonly done = el("div", "done");
    private readonly progress = el("div", "progress", this.done);
    private padding = 0;
    private labelled = false;

    constructor() {
        this.element.setAttribute("role", "button");
        this.element.tabIndex = -1;
    }

    /** Writes everything anew; `classes` are those that the bar alone does not decide. */
    draw(bar: Bar, box: Box, classes: string, formats: Formats, store: Store): void {
        const { reservation } = bar;
        const tail = tailOf(reservation, store);
        this.bar = bar;
        this.classes = classesOf(bar, tail) + classes;
        if (tail > 0) this.element.style.setProperty("--tail", `${(tail * 100).toFixed(2)}%`);
        this.element.dataset["key"] = bar.key;
        this.element.dataset["reservation"] = reservation.id;
        if (this.padding) this.element.style.paddingLeft = "";
        this.padding = 0;
        this.room = roomOf(box.width);
        this.labelled = false;
        // Of small bars there are many at once: they wait until the scrolling has come to rest.
        if (this.room === "words" || this.room === "wide") this.label(formats, store);
        this.dress(formats);
        this.move(box);
    }

    /** Writes what it is called for those who cannot see it, unless that is done. */
    label(formats: Formats, store: Store): void {
        if (this.labelled || !this.bar) return;
        this.labelled = true;
        setAttribute(this.element, "aria-label", labelOf(this.bar, formats, store));
    }

    /** Puts it elsewhere; its words change only with the room for them. */
    place(box: Box, formats: Formats): void {
        const room = roomOf(box.width);
        if (room !== this.room) {
            this.room = room;
            this.dress(formats);
        }
        this.move(box);
    }

    /** Keeps the words in view when the bar's left part is scrolled away. */
    reveal(scrollLeft: number): void {
        const hidden = Math.max(0, scrollLeft - this.box.left);
        const padding = hidden > 0 && hidden < this.box.width - WORDS_FROM ? hidden : 0;
        if (padding === this.padding) return;
        this.padding = padding;
        this.element.style.paddingLeft = padding ? `${padding + PADDING}px` : "";
    }

    private dress(formats: Formats): void {
        const { reservation, count } = this.bar!;
        const { room } = this;
        const { progress } = reservation;
        const runs = progress !== null && lookOf(reservation.state) === "active";
        const size = room === "tiny" || room === "narrow" ? ` ${room}` : "";
        const className = this.classes + size + (runs ? " runs" : "");
        if (this.element.className !== className) this.element.className = className;
        if (room === "tiny") this.words?.element.remove();
        else {
            this.words ??= new BarWords();
            if (!this.words.element.parentNode) this.element.prepend(this.words.element);
            this.words.write(reservation, count === 1 && room !== "wide", formats);
        }
        if (!runs) return this.progress.remove();
        if (!this.progress.parentNode) this.element.append(this.progress);
        const part = progress.epochs > 0 ? progress.epoch / progress.epochs : 0;
        this.done.style.width = `${Math.min(100, part * 100).toFixed(2)}%`;
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

class BarWords {
    readonly element: HTMLElement;
    private readonly mark = el("span", "mark");
    private readonly title = el("span", "title");
    private readonly who = el("span", "who");
    private readonly rank = el("span", "rank");
    private readonly more = el("span", "more");

    constructor() {
        this.element = el("div", "text", this.mark, this.rank, this.title, this.who, this.more);
    }

    write(reservation: Reservation, isShort: boolean, { language }: Formats): void {
        const look = lookOf(reservation.state);
        const { progress } = reservation;
        setText(this.mark, markOf(reservation));
        const name = reservation.maintenance ? "" : reservation.team;
        setText(this.title, reservation.title || name || say(language, "card.untitled"));
        const held = look === "booked" || look === "active";
        const isUrgent = reservation.priority === "P0" && held && !reservation.maintenance;
        setText(this.rank, isUrgent ? "P0" : "");
        const more = progress && look === "active" ? `${progress.epoch}/${progress.epochs}` : "";
        setText(this.more, more);
        setText(this.who, isShort && more ? "" : reservation.owner);
    }
}

function classesOf({ reservation, count }: Bar, tail: number): string {
    const { state, maintenance, trouble, priority } = reservation;
    const look = lookOf(state);
    const tall = count > 2 ? " tall taller" : count > 1 ? " tall" : "";
    const held = look === "booked" || look === "active";
    return (
        `bar ${look} state-${state}${tall}` +
        (maintenance ? " maintenance" : "") +
        (tail > 0 ? " tail" : "") +
        (isWarned(reservation) ? " warned" : "") +
        (held && trouble ? " troubled" : "") +
        (held && priority === "P0" && !maintenance ? " urgent" : "")
    );
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
