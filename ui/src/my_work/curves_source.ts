/** The curves of one reservation: asked for once, and carried on by what its job reports. */

import { signal } from "@preact/signals";
import { Refused } from "../api/problem";
import type { App } from "../app/app";
import { withProgress, type MeasuredProgress, type WireCurves } from "./curves";
import { Pulse } from "./pulse";

const PATIENCE = 2000;

export class CurvesSource {
    readonly curves = signal<WireCurves | null>(null);
    private readonly pulse = new Pulse(() => this.load(), PATIENCE);
    private readonly ends: (() => void)[];

    constructor(
        private readonly app: App,
        private readonly id: string,
    ) {
        this.ends = [
            app.onProgress((progress) => {
                if (progress.reservation === id) this.take(progress as MeasuredProgress);
            }),
            // After a lost connection, points may be missing.
            app.onLoaded(() => this.pulse.soon()),
        ];
        this.pulse.now();
    }

    stop(): void {
        this.ends.forEach((end) => end());
        this.pulse.stop();
    }

    private take(progress: MeasuredProgress): void {
        const known = this.curves.peek();
        const grown = known && withProgress(known, progress);
        if (grown) this.curves.value = grown;
        else this.pulse.soon();
    }

    private async load(): Promise<void> {
        try {
            this.curves.value = await this.app.client.get<WireCurves>(`reservations/${this.id}/curves`);
        } catch (error) {
            // They are there again with the next look; the page tells of the lost connection itself.
            if (!(error instanceof Refused)) throw error;
        }
    }
}
