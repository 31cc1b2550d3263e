/** Which GPUs: the drawn ones, or any so many of a kind. */

import { useApp, type App } from "../app/app";
import { gpuRanges } from "../time/formats";
import { useCalendar } from "../timeline/calendar";
import { fitOf, type Place } from "./fit";

export function GpuFields() {
    const app = useApp();
    const { booking } = useCalendar();
    const { which, purpose } = booking.form.value;
    const isFixed = purpose === "maintenance" || Boolean(booking.draft.value!.plan);
    return (
        <fieldset class="field-group">
            <legend>{app.say("card.gpus")}</legend>
            <div class="count-row">
                <CountField />
                {!isFixed && (
                    <div class="switch" role="group" aria-label={app.say("book.which")}>
                        {(["these", "any"] as const).map((one) => (
                            <button
                                key={one}
                                type="button"
                                class="choice"
                                data-which={one}
                                aria-pressed={which === one}
                                onClick={() => booking.set({ which: one })}
                            >
                                {app.say(`book.which.${one}`)}
                            </button>
                        ))}
                    </div>
                )}
            </div>
            {which === "any" && !isFixed ? <AnyFields /> : <TheseNames />}
        </fieldset>
    );
}

function CountField() {
    const app = useApp();
    const { booking } = useCalendar();
    const draft = booking.draft.value!;
    const { which, count, nodes } = booking.form.value;
    const shown = which === "any" ? count : draft.gpus.length;
    const set = (text: string) => {
        const wished = Math.max(1, Math.min(app.store.gpus.length, Math.round(Number(text)) || 1));
        // Equally many on each node.
        if (which === "any") return booking.set({ count: Math.max(1, Math.round(wished / nodes)) * nodes });
        booking.setPlace(withCount(app, draft, wished, booking.currentSlot.value));
    };
    return (
        <input
            type="number"
            class="count"
            name="count"
            min={1}
            max={Math.max(app.store.gpus.length, 1)}
            step={which === "any" ? nodes : 1}
            aria-label={app.say("book.count")}
            disabled={Boolean(draft.plan)}
            value={shown}
            onChange={(event) => set(event.currentTarget.value)}
        />
    );
}

function TheseNames() {
    const app = useApp();
    const { booking } = useCalendar();
    const { gpus } = booking.draft.value!;
    return (
        <p class="form-how">
            <strong class="gpu-names">{gpuRanges(gpus, app.store.gpus)}</strong>{" "}
            <span class="draw-hint">{app.say("book.these.how")}</span>
        </p>
    );
}

function AnyFields() {
    const app = useApp();
    const { booking } = useCalendar();
    const { model, memory, together, nodes } = booking.form.value;
    const models = [...new Set(app.store.gpus.map((gpu) => gpu.model ?? ""))].filter(Boolean).sort();
    const sizes = [...new Set(app.store.gpus.map((gpu) => gpu.memory_gb ?? 0))].filter(Boolean);
    sizes.sort((a, b) => a - b);
    return (
        <>
            <div class="form-row">
                <label class="field">
                    <span>{app.say("book.model")}</span>
                    <select
                        name="model"
                        value={model}
                        onChange={(event) => booking.set({ model: event.currentTarget.value })}
                    >
                        <option value="">{app.say("book.anymodel")}</option>
                        {models.map((name) => (
                            <option key={name} value={name}>
                                {name}
                            </option>
                        ))}
                    </select>
                </label>
                <label class="field">
                    <span>{app.say("book.memory")}</span>
                    <select
                        name="memory"
                        value={memory}
                        onChange={(event) => booking.set({ memory: Number(event.currentTarget.value) })}
                    >
                        <option value={0}>{app.say("book.anymemory")}</option>
                        {sizes.map((size) => (
                            <option key={size} value={size}>
                                {app.say("book.gigabytes", { size })}
                            </option>
                        ))}
                    </select>
                </label>
            </div>
            {booking.site().onCluster && <NodesFields />}
            {nodes === 1 && (
                <label class="check">
                    <input
                        type="checkbox"
                        name="together"
                        checked={together}
                        onChange={(event) => booking.set({ together: event.currentTarget.checked })}
                    />
                    <span>{app.say("book.together")}</span>
                </label>
            )}
        </>
    );
}

/** On a cluster: a pod on each of so many nodes, with equally many GPUs. */
function NodesFields() {
    const app = useApp();
    const { booking } = useCalendar();
    const { nodes, count } = booking.form.value;
    const each = Math.max(1, Math.round(count / nodes));
    const whole = (text: string, most: number) => Math.max(1, Math.min(most, Math.round(Number(text)) || 1));
    const all = Math.max(app.store.gpus.length, 1);
    const setNodes = (text: string) => {
        const wished = whole(text, all);
        booking.set({ nodes: wished, count: wished * each });
    };
    return (
        <div class="form-row">
            <label class="field">
                <span>{app.say("book.nodes")}</span>
                <input
                    type="number"
                    name="nodes"
                    min={1}
                    max={all}
                    value={nodes}
                    onChange={(event) => setNodes(event.currentTarget.value)}
                />
            </label>
            <label class="field">
                <span>{app.say("book.each")}</span>
                <input
                    type="number"
                    name="each"
                    min={1}
                    max={all}
                    value={each}
                    onChange={(event) => booking.set({ count: nodes * whole(event.currentTarget.value, all) })}
                />
            </label>
        </div>
    );
}

/** As many GPUs, kept as far as possible; new ones are neighbours, free ones first. */
export function withCount(app: App, place: Place, count: number, earliest: number): Place {
    const { store } = app;
    const { start, end } = place;
    if (count <= place.gpus.length) return { start, end, gpus: place.gpus.slice(0, count) };
    const last = place.gpus.at(-1)!;
    const cost = (gpu: number) => {
        const isFree = fitOf(store, { gpus: [gpu], start, end }, earliest).fits;
        const isNear = store.nodeAt(gpu) === store.nodeAt(last);
        return (isFree ? 0 : 4e6) + (isNear ? 0 : 2e6) + (gpu > last ? gpu - last : 1e6 + last - gpu);
    };
    const others = store.gpus
        .map((_, gpu) => gpu)
        .filter((gpu) => !place.gpus.includes(gpu))
        .map((gpu) => ({ gpu, cost: cost(gpu) }))
        .sort((a, b) => a.cost - b.cost)
        .slice(0, count - place.gpus.length)
        .map(({ gpu }) => gpu);
    return { start, end, gpus: [...place.gpus, ...others].sort((a, b) => a - b) };
}
