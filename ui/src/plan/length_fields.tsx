/** How long: in hours, or as long as a YOLO training is likely to take. */

import { useEffect, useState } from "preact/hooks";
import { useApp } from "../app/app";
import { HOUR, MINUTE } from "../time/zone";
import { useCalendar } from "../timeline/calendar";
import { useEstimate, type Estimate, type WireEstimate } from "./length_estimate";
import { A_TRAINING, wholeSlots, type Training, type Wish } from "./wish";

export function LengthFields({ wish }: { wish: Wish }) {
    const app = useApp();
    const { plan } = useCalendar();
    return (
        <fieldset class="plan-length">
            <legend>{app.say("plan.length")}</legend>
            <div class="switch" role="group" aria-label={app.say("plan.length")}>
                <button
                    type="button"
                    class="choice"
                    aria-pressed={!wish.training}
                    onClick={() => plan.change({ training: null })}
                >
                    {app.say("plan.length.hours")}
                </button>
                <button
                    type="button"
                    class="choice"
                    data-length="training"
                    aria-pressed={wish.training !== null}
                    onClick={() => plan.change({ training: wish.training ?? A_TRAINING })}
                >
                    {app.say("plan.length.training")}
                </button>
            </div>
            {wish.training ? <TrainingFields wish={wish} training={wish.training} /> : <HoursField wish={wish} />}
        </fieldset>
    );
}

function HoursField({ wish }: { wish: Wish }) {
    const app = useApp();
    const { plan } = useCalendar();
    const slotMinutes = app.slotMinutes.value;
    const { value: formats } = app.formats;
    const booked = wholeSlots(wish.hours, slotMinutes);
    return (
        <label class="field">
            <span class="plan-unit">
                <input
                    type="number"
                    name="hours"
                    required
                    aria-label={app.say("plan.length.hours")}
                    min={slotMinutes / 60}
                    max={24 * 60}
                    step="any"
                    value={wish.hours}
                    onInput={(event) => plan.change({ hours: event.currentTarget.valueAsNumber || 0 })}
                />
                {app.say("length.hours", { h: "" })}
            </span>
            {booked !== wish.hours && (
                <small>
                    {app.say("plan.length.slots", {
                        slot: formats.length(slotMinutes * MINUTE),
                        time: formats.length(booked * HOUR),
                    })}
                </small>
            )}
        </label>
    );
}

type NumberField = "images" | "epochs" | "imgsz";
const NUMBERS: readonly [NumberField, number, number][] = [
    ["images", 1, 1_000_000_000],
    ["epochs", 1, 100_000],
    ["imgsz", 32, 8192],
];
const FAMILIES = ["yolov5", "yolov8", "yolo11"];
const MODELS = FAMILIES.flatMap((family) => ["n", "s", "m", "l", "x"].map((size) => family + size));

function TrainingFields({ wish, training }: { wish: Wish; training: Training }) {
    const app = useApp();
    const { plan } = useCalendar();
    const estimate = useEstimate(wish);
    const change = (fields: Partial<Training>) => plan.change({ training: { ...training, ...fields } });
    return (
        <>
            <div class="plan-training">
                <label class="field">
                    <span>{app.say("plan.training.model")}</span>
                    <input
                        name="yolo"
                        required
                        list="plan-yolo"
                        value={training.model}
                        onInput={(event) => change({ model: event.currentTarget.value.trim() })}
                    />
                    <datalist id="plan-yolo">
                        {MODELS.map((name) => (
                            <option key={name} value={name} />
                        ))}
                    </datalist>
                </label>
                {NUMBERS.map(([name, min, max]) => (
                    <label key={name} class="field">
                        <span>{app.say(`plan.training.${name}`)}</span>
                        <input
                            type="number"
                            name={name}
                            required
                            min={min}
                            max={max}
                            value={training[name]}
                            onInput={(event) => change({ [name]: event.currentTarget.valueAsNumber || min })}
                        />
                    </label>
                ))}
            </div>
            <label class="field">
                <span>{app.say("plan.training.data")}</span>
                <input
                    name="data"
                    maxLength={500}
                    placeholder={app.say("plan.training.data.hint")}
                    value={training.data}
                    onInput={(event) => change({ data: event.currentTarget.value })}
                />
            </label>
            {training.data.trim() && (
                <label class="check">
                    <input
                        type="checkbox"
                        name="starts"
                        checked={training.starts}
                        onChange={(event) => change({ starts: event.currentTarget.checked })}
                    />
                    {app.say("plan.training.starts")}
                </label>
            )}
            <EstimateLine estimate={estimate} />
        </>
    );
}

function EstimateLine({ estimate }: { estimate: Estimate | null }) {
    const app = useApp();
    if (!estimate || estimate.state === "asking") return <p class="form-how">{app.say("loading.short")}</p>;
    if (estimate.state === "refused") return <p class="form-problem">{estimate.sentence}</p>;
    return <Known estimate={estimate.estimate} />;
}

/** The likely length, or the longest that it may take; either in whole slots. */
function Known({ estimate }: { estimate: WireEstimate }) {
    const app = useApp();
    const { plan } = useCalendar();
    const [safe, setSafe] = useState(false);
    const { hours, basis, runs } = estimate;
    const of = (wanted: number) => wholeSlots(wanted, app.slotMinutes.value);
    useEffect(() => plan.change({ hours: of(safe ? hours.high : hours.likely) }), [estimate, safe]);
    const length = (time: number) => app.formats.value.length(time * HOUR);
    const choice = (key: "likely" | "safe", isSafe: boolean, time: number) => (
        <button type="button" class="choice" aria-pressed={safe === isSafe} onClick={() => setSafe(isSafe)}>
            {app.say(`plan.training.${key}`)} · {length(of(time))}
        </button>
    );
    const range = { likely: length(hours.likely), low: length(hours.low), high: length(hours.high) };
    return (
        <div class="plan-estimate" aria-live="polite">
            <div class="switch">
                {choice("likely", false, hours.likely)}
                {choice("safe", true, hours.high)}
            </div>
            <p class="form-how">
                {app.say("plan.training.range", range)} ·{" "}
                {basis === "runs"
                    ? app.say("plan.training.runs", { n: runs.length })
                    : app.say("plan.training.table")}
            </p>
        </div>
    );
}
