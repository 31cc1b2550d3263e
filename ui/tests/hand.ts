/** A hand on the tracks: finds a GPU's track and an instant on the screen, and drags there. */

import type { Page } from "playwright-core";
import type { Period } from "../src/time/time_scale";

const HOUR = 3_600_000;

export interface Spot {
    /** Such as "node1/0". */
    readonly gpu: string;
    /** Hours since the week began. */
    readonly hour: number;
}

export class Hand {
    constructor(
        readonly page: Page,
        readonly week: Period,
    ) {}

    at(hour: number): number {
        return this.week.from + hour * HOUR;
    }

    text(hour: number): string {
        return new Date(this.at(hour)).toISOString().replace(".000Z", "Z");
    }

    /** Where it is on the screen; the hour's own middle is meant when it is whole. */
    async find({ gpu, hour }: Spot): Promise<{ x: number; y: number }> {
        const { from, to } = this.week;
        const share = (hour * HOUR) / (to - from);
        return this.page.evaluate(
            ([gpu, share]) => {
                const name = document.querySelector(`.name.gpu[title^="${gpu} "]`)!.getBoundingClientRect();
                const lanes = document.querySelector(".lanes")!.getBoundingClientRect();
                return { x: lanes.left + lanes.width * share, y: name.top + name.height / 2 };
            },
            [gpu, share] as const,
        );
    }

    /** Presses at one spot and moves to the other; the button stays down. */
    async pull(from: Spot, to: Spot): Promise<void> {
        const { mouse } = this.page;
        const [start, end] = [await this.find(from), await this.find(to)];
        await mouse.move(start.x, start.y);
        await mouse.down();
        await mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 3 });
        await mouse.move(end.x, end.y, { steps: 3 });
    }

    async drag(from: Spot, to: Spot): Promise<void> {
        await this.pull(from, to);
        await this.page.mouse.up();
    }
}
