/**
 * The lane of those who wait: each wish at the window it is for, as an outline in its team's colour.
 * They hold no GPU, so they have no track; wishes for the same time lie under one another.
 */

import type { Reservation } from "../api/contract";
import { el, setText } from "../app/dom";
import type { TeamColours } from "../site/colours";
import type { Store } from "../site/store";
import { say, sayValue } from "../words/words";
import { percent } from "./ticks";
import type { TrackLayout } from "./track_layout";

export interface WishHandlers {
    /** The wish that is pointed at or has the focus; null when none is any more. */
    showWish(wish: Reservation | null, at: DOMRect | null): void;
    pinWish(wish: Reservation, at: DOMRect): void;
    dismiss(): void;
}

const LINE = 22;
const FOLDED_LINE = 7;
const PADDING = 4;
const CLOSED = 26;
/** More lines would push the tracks off the screen. */
const MOST_LINES = 5;

/** Each wish's line: the first that is free at its time; the last takes what finds none. */
export function linesOf(wishes: readonly Reservation[], most: number): Map<string, number> {
    const lines = new Map<string, number>();
    const ends: number[] = [];
    for (const { id, start, end } of [...wishes].sort((a, b) => a.start - b.start || a.end - b.end)) {
        let line = ends.findIndex((busyUntil) => busyUntil <= start);
        if (line < 0) line = Math.min(ends.length, most - 1);
        ends[line] = Math.max(ends[line] ?? -Infinity, end);
        lines.set(id, line);
    }
    return lines;
}

export class WaitingLane {
    readonly element = el("div", "wishes");
    open = true;
    private lines = new Map<string, number>();
    private readonly elements = new Map<string, HTMLButtonElement>();
    private drawn = "";

    constructor(
        private readonly store: Store,
        private readonly teams: TeamColours,
        private readonly handlers: WishHandlers,
    ) {
        this.listen();
    }

    get count(): number {
        return this.store.waiting.size;
    }

    /** How high it is with what the store holds now; 0 when nobody waits. */
    height(): number {
        if (this.count === 0) return 0;
        this.lines = linesOf([...this.store.waiting.values()], MOST_LINES);
        if (!this.open) return CLOSED;
        return Math.max(...this.lines.values()) * LINE + LINE + 2 * PADDING;
    }

    draw(layout: TrackLayout): void {
        const { version, shape, period } = layout;
        // Places are parts of the whole width: zooming alone changes nothing here.
        const key = JSON.stringify([version, period.from, period.to, this.open, this.count, shape]);
        if (key === this.drawn) return;
        this.drawn = key;
        this.element.hidden = this.count === 0;
        for (const [id, element] of this.elements) {
            if (this.store.waiting.has(id)) continue;
            element.remove();
            this.elements.delete(id);
        }
        for (const wish of this.store.waiting.values()) this.drawWish(wish, layout);
    }

    /** The next drawing starts afresh. */
    stale(): void {
        this.drawn = "";
    }

    private drawWish(wish: Reservation, { scale, formats, passes }: TrackLayout): void {
        let element = this.elements.get(wish.id);
        if (!element) {
            element = el("button", "", el("span", "wish-words"));
            element.type = "button";
            element.dataset["reservation"] = wish.id;
            this.elements.set(wish.id, element);
            this.element.append(element);
        }
        const start = Math.max(scale.from, wish.start);
        const end = Math.min(scale.to, wish.end);
        element.hidden = end <= start;
        const off = passes(wish) ? "" : " off";
        const folded = this.open ? "" : " folded";
        element.className = `wish team-${this.teams.of(wish.team)}${off}${folded}`;
        const line = this.lines.get(wish.id) ?? 0;
        const { style } = element;
        style.left = percent(scale, start);
        style.width = `${(((end - start) / (scale.to - scale.from)) * 100).toFixed(5)}%`;
        style.top = `${this.open ? PADDING + line * LINE : PADDING + Math.min(line, 2) * FOLDED_LINE}px`;
        style.height = `${this.open ? LINE - 3 : FOLDED_LINE - 2}px`;
        const { language } = formats;
        const gpus = say(language, "tracks.gpus", { n: wish.asked });
        const title = wish.title || wish.team || say(language, "card.untitled");
        setText(element.firstElementChild!, `${title} · ${gpus} · ${wish.owner}`);
        element.setAttribute(
            "aria-label",
            say(language, "bar.label", {
                title,
                state: sayValue(language, "state", wish.state),
                team: wish.team || say(language, "legend.noteam"),
                owner: wish.owner,
                priority: wish.priority,
                window: formats.window(wish.start, wish.end),
                gpus,
            }),
        );
    }

    private listen(): void {
        const wishOf = (event: Event) => {
            const element = (event.target as Element).closest<HTMLElement>(".wish");
            const wish = element && this.store.waiting.get(element.dataset["reservation"]!);
            return wish ? { wish, at: element.getBoundingClientRect() } : null;
        };
        const show = (event: Event) => {
            const found = wishOf(event);
            if (found) this.handlers.showWish(found.wish, found.at);
        };
        const hide = () => this.handlers.showWish(null, null);
        this.element.addEventListener("pointerover", show);
        this.element.addEventListener("pointerout", hide);
        this.element.addEventListener("focusin", show);
        this.element.addEventListener("focusout", hide);
        this.element.addEventListener("click", (event) => {
            const found = wishOf(event);
            if (found) this.handlers.pinWish(found.wish, found.at);
        });
        this.element.addEventListener("keydown", (event) => {
            if (event.key === "Escape") this.handlers.dismiss();
        });
    }
}
