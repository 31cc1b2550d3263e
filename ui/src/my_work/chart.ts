/**
 * One small picture of curves over epochs. Loaded when it is needed: most looks at the page need none.
 *
 *     const chart = new Chart(element, { show: (index) => … });
 *     chart.draw(panel);
 *     chart.clear();
 */

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Panel } from "./curves";

export const CURVE_COLOURS = 4;
const HEIGHT = 148;
const SYNC = "curves";

export interface ChartHandlers {
    /** Which point is pointed at; null: none. */
    show(index: number | null): void;
}

export class Chart {
    private plot: uPlot | null = null;
    private shape = "";
    private readonly watcher: ResizeObserver;

    constructor(
        private readonly host: HTMLElement,
        private readonly handlers: ChartHandlers,
    ) {
        this.watcher = new ResizeObserver(() => this.plot?.setSize(this.size()));
        this.watcher.observe(host);
    }

    draw(panel: Panel): void {
        const data: uPlot.AlignedData = [
            [...panel.epochs],
            ...panel.series.map(({ values }) => [...values]),
        ];
        // Its colours are the page's of now.
        const shape = JSON.stringify([panel.series.map(({ name }) => name), this.colour("--text")]);
        if (this.plot && this.shape === shape) return this.plot.setData(data);
        this.plot?.destroy();
        this.shape = shape;
        this.plot = new uPlot(this.options(panel), data, this.host);
    }

    clear(): void {
        this.watcher.disconnect();
        this.plot?.destroy();
        this.plot = null;
    }

    private options(panel: Panel): uPlot.Options {
        const [muted, line, text] = [this.colour("--muted"), this.colour("--line"), this.colour("--text")];
        const font = `11px ${getComputedStyle(this.host).fontFamily}`;
        const axis = { stroke: muted, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 } };
        return {
            ...this.size(),
            padding: [8, 8, 0, 0],
            legend: { show: false },
            scales: { x: { time: false, range: (_, from, to) => (from === to ? [from - 1, to + 1] : [from, to]) } },
            axes: [
                { ...axis, size: 26, gap: 3, space: 44, incrs: WHOLE },
                { ...axis, size: 46, gap: 4, space: 28 },
            ],
            series: [
                {},
                ...panel.series.map((series, i) => ({
                    label: series.label,
                    stroke: this.colour(`--curve-${i % CURVE_COLOURS}`),
                    width: 1.75,
                    ...(i >= CURVE_COLOURS && { dash: [5, 3] }),
                    spanGaps: true,
                    points: { show: panel.epochs.length < 3, size: 5 },
                })),
            ],
            cursor: { sync: { key: SYNC }, y: false, drag: { x: false, y: false }, points: { size: 6, fill: text } },
            hooks: { setCursor: [(plot) => this.handlers.show(plot.cursor.idx ?? null)] },
        };
    }

    private size(): { width: number; height: number } {
        return { width: Math.max(120, this.host.clientWidth), height: HEIGHT };
    }

    /** A canvas does not know the names of colours that the style sheet has. */
    private colour(name: string): string {
        this.host.style.color = `var(${name})`;
        const colour = getComputedStyle(this.host).color;
        this.host.style.color = "";
        return colour;
    }
}

/** Epochs are whole. */
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
