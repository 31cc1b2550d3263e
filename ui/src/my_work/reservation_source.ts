/** One reservation with its history, kept current, and what whoever sits here may do to it. */

import { effect, signal } from "@preact/signals";
import type { PossibleAction } from "../actions/possible_actions";
import { Refused } from "../api/problem";
import type { App } from "../app/app";
import { Pulse } from "./pulse";
import type { WorkWithHistory } from "./work";

export class ReservationSource {
    readonly work = signal<WorkWithHistory | null>(null);
    readonly actions = signal<readonly PossibleAction[]>([]);
    readonly problem = signal<Refused | null>(null);
    private readonly pulse = new Pulse(() => this.load());
    private readonly ends: (() => void)[];

    constructor(
        private readonly app: App,
        private readonly id: string,
    ) {
        let isFirst = true;
        this.ends = [
            effect(() => {
                // What one may do hangs on who one is; after a loss of the connection all may be different.
                void app.user.value;
                void app.loads.value;
                if (isFirst) this.pulse.now();
                else this.pulse.soon();
                isFirst = false;
            }),
            app.onEvent(({ reservation }) => {
                if (reservation?.id === id) this.pulse.soon();
            }),
            app.onProgress(({ reservation, epoch, epochs, eta_seconds }) => {
                const work = this.work.peek();
                if (reservation !== id || !work) return;
                this.work.value = { ...work, progress: { ...work.progress, epoch, epochs, eta_seconds } };
            }),
        ];
    }

    retry(): void {
        this.pulse.now();
    }

    stop(): void {
        this.ends.forEach((end) => end());
        this.pulse.stop();
    }

    private async load(): Promise<void> {
        const path = `reservations/${encodeURIComponent(this.id)}`;
        try {
            const { client } = this.app;
            const work = await client.get<WorkWithHistory>(path);
            const { actions } = await client.get<{ actions: readonly PossibleAction[] }>(`${path}/actions`);
            this.work.value = work;
            this.actions.value = actions;
            this.problem.value = null;
        } catch (error) {
            if (!(error instanceof Refused)) throw error;
            this.problem.value = error;
        }
    }
}
