/** How long a YOLO training will take, by the server's word: POST estimate. */

import { useEffect, useState } from "preact/hooks";
import { useApp, type App } from "../app/app";
import type { Training, Wish } from "./wish";

export interface WireEstimate {
    readonly hours: { readonly likely: number; readonly low: number; readonly high: number };
    readonly basis: "runs" | "table";
    readonly runs: readonly { readonly reservation: string }[];
}

export type Estimate =
    | { readonly state: "asking" }
    | { readonly state: "known"; readonly estimate: WireEstimate }
    | { readonly state: "refused"; readonly sentence: string };

const TYPING = 300;

/** The wish's GPUs; where any will do, those that the site has most of. */
function gpusOf(app: App, wish: Wish): object {
    const counts = new Map<string, number>();
    for (const { model } of app.store.gpus) if (model) counts.set(model, (counts.get(model) ?? 0) + 1);
    const [most] = [...counts].sort(([, a], [, b]) => b - a);
    const model = wish.model || most?.[0];
    return { count: wish.count, ...(model && { model }) };
}

function ask(app: App, training: Training, wish: Wish, signal: AbortSignal): Promise<WireEstimate> {
    const { model, images, epochs, imgsz, data } = training;
    const body = { model, images, epochs, imgsz, ...(data.trim() && { data: data.trim() }), gpus: gpusOf(app, wish) };
    return app.client.post<WireEstimate>("estimate", body, { signal });
}

/** Follows the wish while it is typed; null without a training. */
export function useEstimate(wish: Wish): Estimate | null {
    const app = useApp();
    const [estimate, setEstimate] = useState<Estimate | null>(null);
    const { training, count, model } = wish;
    useEffect(() => {
        if (!training) return setEstimate(null);
        const asking = new AbortController();
        setEstimate((known) => known ?? { state: "asking" });
        const timer = setTimeout(() => {
            ask(app, training, wish, asking.signal).then(
                (answer) => setEstimate({ state: "known", estimate: answer }),
                (error: unknown) => {
                    if (asking.signal.aborted) return;
                    setEstimate({ state: "refused", sentence: app.sentenceOf(error) });
                },
            );
        }, TYPING);
        return () => {
            clearTimeout(timer);
            asking.abort();
        };
    }, [training, count, model]);
    return estimate;
}
