/** What lies behind the bars: slots, midnights, weekends, and the time that is over. */

import { el } from "../app/dom";
import type { Period, TimeScale } from "../time/time_scale";
import { Covered, isMonday, isWeekend, percent, ticksFor } from "./ticks";

export class Grid {
    readonly element = el("div", "grid");
    private readonly past = el("div", "past");
    private readonly lines = el("div", "lines");
    private readonly covered = new Covered();

    constructor() {
        this.element.append(this.past, this.lines);
    }

    draw(period: Period, scale: TimeScale, from: number, to: number): void {
        const { labelEvery, slotLines, upper } = ticksFor(period, scale);
        const key = JSON.stringify([labelEvery, slotLines, upper, period.from, period.to, period.zone]);
        if (!this.covered.misses(from, to, key)) return;
        const part = this.covered.cover(from, to, key, scale);
        const lines: HTMLElement[] = [];
        for (const day of period.days) {
            if (day.end <= part.from || day.start >= part.to) continue;
            if (isWeekend(day.date)) {
                const band = lineAt(scale, day.start, "weekend");
                band.style.right = `calc(100% - ${percent(scale, day.end)})`;
                lines.push(band);
            }
            const bold = upper === "days" || isMonday(day.date) ? "line midnight" : "line";
            for (const { at, slot } of day.edges) {
                if (slot === 0) lines.push(lineAt(scale, at, bold));
                else if (slotLines) lines.push(lineAt(scale, at, slot % labelEvery ? "line faint" : "line"));
            }
        }
        this.lines.replaceChildren(...lines);
    }

    drawPast(now: number, scale: TimeScale): void {
        this.past.style.width = percent(scale, Math.min(scale.to, Math.max(scale.from, now)));
    }
}

function lineAt(scale: TimeScale, instant: number, kind: string): HTMLElement {
    const line = el("div", kind);
    line.style.left = percent(scale, instant);
    return line;
}
