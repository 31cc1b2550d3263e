/**
 * What stands around the tracks: the box that scrolls, the sticky head with corner and axis, the grid,
 * and the lines of now and of the pointer. It also knows the sizes, measured when they change.
 */

import { el, icon, setAttribute, setText } from "../app/dom";
import type { TeamColours } from "../site/colours";
import type { Load } from "../site/load";
import type { Formats } from "../time/formats";
import type { Period, TimeScale } from "../time/time_scale";
import { say } from "../words/words";
import { Axis } from "./axis";
import { Grid } from "./grid";
import { percent } from "./ticks";
import type { TrackLayout } from "./track_layout";

const FOLD = "M5 2.5l3 3 3-3M5 13.5l3-3 3 3";
const UNFOLD = "M5 5.5l3-3 3 3M5 10.5l3 3 3-3";

export class TrackFrame {
    readonly element = el("section", "tracks");
    readonly lanes = el("div", "lanes");
    readonly scroller = el("div", "scroll");
    readonly toggleAll = el("button", "toggle-all");
    /** Of the part of the screen that the tracks have; 0 while they are on no screen. */
    size = { width: 0, height: 0 };
    /** Whether the last resizing brought the tracks back on the screen. */
    wasAway = false;
    private readonly head = el("div", "head");
    private readonly corner = el("div", "corner");
    private readonly siteName = el("strong");
    private readonly siteShare = el("span", "share");
    private readonly axis = new Axis();
    private readonly grid = new Grid();
    private readonly nowLine = el("div", "now-line");
    private readonly pointerLine = el("div", "pointer-line");
    private names: HTMLElement = el("div");
    private words = "";
    private share = 0;

    constructor() {
        this.toggleAll.type = "button";
        this.corner.append(el("div", "site", this.siteName, this.siteShare), this.toggleAll);
        this.head.append(this.corner, this.axis.element);
        this.pointerLine.hidden = true;
    }

    fill(names: HTMLElement, layers: readonly HTMLElement[]): void {
        this.names = names;
        this.lanes.append(
            el("div", "sticky behind", this.grid.element),
            ...layers,
            el("div", "sticky before", this.nowLine, this.pointerLine),
        );
        this.scroller.append(el("div", "canvas", this.head, el("div", "body", names, this.lanes)));
        this.element.append(this.scroller);
    }

    onResize(resized: () => void): void {
        new ResizeObserver(() => {
            this.wasAway = this.size.width === 0;
            const width = Math.max(0, this.scroller.clientWidth - this.corner.offsetWidth);
            const height = Math.max(0, this.scroller.clientHeight - this.head.offsetHeight);
            this.size = { width, height };
            this.element.style.setProperty("--view-height", `${height}px`);
            resized();
        }).observe(this.scroller);
    }

    viewRect(): DOMRect {
        const box = this.scroller.getBoundingClientRect();
        const { width, height } = this.size;
        const left = box.left + this.scroller.clientWidth - width;
        return new DOMRect(left, box.top + this.scroller.clientHeight - height, width, height);
    }

    scrolled(): { left: number; top: number } {
        const { scrollLeft, scrollTop } = this.scroller;
        return { left: scrollLeft, top: scrollTop };
    }

    scrollLeft(left: number): void {
        this.scroller.scrollLeft = left;
    }

    scrollTop(top: number): void {
        this.scroller.scrollTop = top;
    }

    setWidth(width: number): void {
        this.lanes.style.width = `${width}px`;
        this.axis.element.style.width = `${width}px`;
    }

    setHeight(height: number): void {
        this.lanes.style.height = `${height}px`;
        this.names.style.height = `${height}px`;
    }

    /** Axis and grid of what is seen from `from` to `to`. */
    drawTime({ period, scale, formats }: TrackLayout, from: number, to: number, now: number): void {
        this.axis.draw(period, scale, formats, from, to, now);
        this.grid.draw(period, scale, from, to);
    }

    drawNow(now: number, scale: TimeScale, formats: Formats): void {
        this.grid.drawPast(now, scale);
        this.nowLine.hidden = now < scale.from || now >= scale.to;
        this.nowLine.style.left = percent(scale, now);
        this.axis.drawNow(now, scale, formats);
    }

    drawLoad(load: Load, period: Period, gpus: number, teams: TeamColours, formats: Formats): void {
        this.axis.drawLoad(load, period, Math.max(1, gpus), teams);
        this.share = load.share;
        this.words = "";
        this.drawShare(formats);
    }

    /** Names and labels; written only when they would change. */
    drawWords(formats: Formats, gpus: number, folded: boolean): void {
        const { language } = formats;
        const words = `${language} ${gpus} ${folded}`;
        if (words === this.words) return;
        this.words = words;
        this.element.setAttribute("aria-label", say(language, "app.calendar"));
        this.lanes.querySelector(".bars")!.setAttribute("aria-label", say(language, "tracks.label"));
        this.names.setAttribute("aria-label", say(language, "tracks.names"));
        this.toggleAll.replaceChildren(icon(folded ? UNFOLD : FOLD));
        const all = say(language, folded ? "tracks.expand" : "tracks.collapse");
        this.toggleAll.title = all;
        setAttribute(this.toggleAll, "aria-label", all);
        setAttribute(this.toggleAll, "aria-expanded", String(!folded));
        setText(this.siteName, say(language, "tracks.gpus", { n: gpus }));
        this.drawShare(formats);
    }

    point(instant: number | null, scale: TimeScale, formats: Formats): void {
        this.pointerLine.hidden = instant === null;
        if (instant !== null) this.pointerLine.style.left = percent(scale, instant);
        this.axis.point(instant, scale, formats);
    }

    private drawShare(formats: Formats): void {
        const share = formats.share(this.share);
        setText(this.siteShare, say(formats.language, "tracks.booked", { share }));
    }
}
