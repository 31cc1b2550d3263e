/**
 * Which part of the period is on the screen, how many days fit across it, and what stays in its
 * place while that changes. A zoom is asked for at any time and carried out by the next frame.
 */

import { TimeScale, type Period } from "../time/time_scale";
import type { TrackFrame } from "./track_frame";
import { zoomed } from "./zoom";

/** Narrower, a slot cannot be told from its neighbours. */
const LEAST_SLOT = 1.5;
/** A pointer that moved less is still meant to be at the same place. */
const STEADY = 3;

/** An instant and where it is to stay. */
export interface Anchor {
    readonly instant: number;
    /** Pixels from the left edge of the tracks' part of the screen. */
    readonly x: number;
}

export class TimeWindow {
    period: Period | null = null;
    scale = new TimeScale(0, 1, 1);
    span = 7;
    now = 0;
    /** A zoom that the next frame carries out. */
    private zooming: { span: number; around: Anchor } | null = null;
    /** What the last zoom kept in its place, while nobody scrolls and the pointer is steady. */
    private held: { around: Anchor; left: number } | null = null;

    /** `rescaled`: instants lie elsewhere now. */
    constructor(
        private readonly stand: TrackFrame,
        private readonly rescaled: () => void,
    ) {}

    get width(): number {
        return this.stand.size.width;
    }

    /** True when these are other days than before. */
    setPeriod(period: Period): boolean {
        const moved = this.period?.from !== period.from || this.period.to !== period.to;
        this.period = period;
        this.rescale();
        return moved;
    }

    setSpan(days: number, around = this.anchor()): void {
        this.span = this.period ? zoomed(days, 1, this.period.days.length) : days;
        this.zooming = null;
        this.rescale();
        this.stand.scrollLeft(this.scale.x(around.instant) - around.x);
    }

    /** Asks to go closer by `factor` around what lies at `x`; null: around the anchor. */
    zoomBy(factor: number, x: number | null): void {
        const days = this.period?.days.length ?? 0;
        const span = zoomed(this.zooming?.span ?? this.span, factor, days);
        this.zooming = { span, around: x === null ? this.anchor() : this.steadyAnchor(x) };
    }

    /** Brings an instant on the screen, `share` of its width from the left. */
    goTo(instant: number, share: number): void {
        this.zooming = null;
        this.stand.scrollLeft(this.scale.x(instant) - this.width * share);
    }

    /**
     * Begins the zoom that was asked for. `left` is where the tracks are to be scrolled to, by
     * `finish` once all is drawn: a browser measures everything when it scrolls. Null: none was.
     */
    begin(): { readonly left: number; finish(): void } | null {
        const { zooming } = this;
        if (!zooming) return null;
        const { around, span } = zooming;
        this.zooming = null;
        this.span = span;
        this.rescale();
        const furthest = Math.max(0, this.scale.width - this.width);
        const left = Math.min(furthest, Math.max(0, this.scale.x(around.instant) - around.x));
        const finish = () => {
            this.stand.scrollLeft(left);
            this.held = { around, left: this.stand.scrolled().left };
        };
        return { left, finish };
    }

    private rescale(): void {
        const { period } = this;
        if (!period) return;
        const least = period.edges.length * LEAST_SLOT;
        const across = (this.width * period.days.length) / this.span;
        const width = Math.max(least, Math.floor(across));
        this.scale = new TimeScale(period.from, period.to, width);
        this.stand.setWidth(width);
        this.rescaled();
    }

    /** Now if it is on the screen, else what is in the middle. */
    private anchor(): Anchor {
        const { width } = this;
        const { left } = this.stand.scrolled();
        const nowX = this.scale.x(this.now) - left;
        if (nowX >= 0 && nowX < width) return { instant: this.now, x: nowX };
        return { instant: this.scale.instant(left + width / 2), x: width / 2 };
    }

    /** Steps of one zoom share their anchor: pixels are whole, and their errors would add up. */
    private steadyAnchor(x: number): Anchor {
        const { left } = this.stand.scrolled();
        const around = this.zooming?.around ?? (this.held?.left === left ? this.held.around : null);
        if (around && Math.abs(around.x - x) < STEADY) return around;
        return { instant: this.scale.instant(left + x), x };
    }
}
