/** What runs on the GPUs: nothing by itself, a command, or a YOLO training. */

import { useApp } from "../app/app";
import { useCalendar } from "../timeline/calendar";
import type { WordKey } from "../words/words";
import { rowsOf } from "./container";
import { ContainerFields } from "./container_fields";
import type { CommandForm, Form, YoloForm } from "./form";

export function WorkloadFields() {
    const app = useApp();
    const { booking } = useCalendar();
    const { workload } = booking.form.value;
    return (
        <fieldset class="field-group">
            <legend>{app.say("work.title")}</legend>
            <div class="switch wide" role="group" aria-label={app.say("work.title")}>
                {(["none", "command", "yolo"] as const).map((kind: Form["workload"]) => (
                    <button
                        key={kind}
                        type="button"
                        class="choice"
                        data-workload={kind}
                        aria-pressed={workload === kind}
                        onClick={() => booking.set({ workload: kind })}
                    >
                        {app.say(`work.${kind}`)}
                    </button>
                ))}
            </div>
            {workload === "none" && <p class="form-how">{app.say("work.none.how")}</p>}
            {workload === "command" && <CommandFields />}
            {workload === "yolo" && <YoloFields />}
            {workload !== "none" && <ContainerFields />}
        </fieldset>
    );
}

function CommandFields() {
    const app = useApp();
    const { booking } = useCalendar();
    const { command } = booking.form.value;
    const set = (part: Partial<CommandForm>) => booking.set({ command: { ...command, ...part } });
    return (
        <>
            <label class="field">
                <span>{app.say("work.line")}</span>
                <textarea
                    name="line"
                    class="code"
                    rows={rowsOf(command.line, 2)}
                    required
                    spellcheck={false}
                    placeholder="python train.py --epochs 100"
                    value={command.line}
                    onInput={(event) => set({ line: event.currentTarget.value })}
                />
            </label>
            <label class="field">
                <span>{app.say("work.folder")}</span>
                <input
                    name="workdir"
                    class="code"
                    spellcheck={false}
                    placeholder={booking.site().onCluster ? "/workspace" : "/data/projects/helmets"}
                    value={command.workdir}
                    onInput={(event) => set({ workdir: event.currentTarget.value })}
                />
            </label>
            <Pairs words="work.env" name="env" value={command.env} set={(env) => set({ env })} example="WANDB_MODE=offline" />
        </>
    );
}

const MODELS = ["yolov8n", "yolov8s", "yolov8m", "yolov8l", "yolov8x", "yolo11n", "yolo11s", "yolo11m", "yolo11l", "yolo11x"];

function YoloFields() {
    const app = useApp();
    const { booking } = useCalendar();
    const { yolo } = booking.form.value;
    const set = (part: Partial<YoloForm>) => booking.set({ yolo: { ...yolo, ...part } });
    return (
        <>
            <label class="field">
                <span>{app.say("work.model")}</span>
                <input
                    name="yolo-model"
                    class="code"
                    required
                    list="booking-models"
                    spellcheck={false}
                    value={yolo.model}
                    onInput={(event) => set({ model: event.currentTarget.value })}
                />
                <datalist id="booking-models">
                    {MODELS.map((name) => (
                        <option key={name} value={`${name}.pt`} />
                    ))}
                </datalist>
            </label>
            <label class="field">
                <span>{app.say("work.data")}</span>
                <input
                    name="yolo-data"
                    class="code"
                    required
                    spellcheck={false}
                    placeholder="coco.yaml"
                    value={yolo.data}
                    onInput={(event) => set({ data: event.currentTarget.value })}
                />
            </label>
            <div class="form-row numbers">
                {(["epochs", "imgsz", "batch", "workers"] as const).map((name) => (
                    <label key={name} class="field">
                        <span>{app.say(`work.${name}`)}</span>
                        <input
                            type="number"
                            name={`yolo-${name}`}
                            min={name === "batch" ? -1 : 0}
                            value={yolo[name]}
                            onInput={(event) => set({ [name]: event.currentTarget.value })}
                        />
                    </label>
                ))}
            </div>
            <label class="field">
                <span>{app.say("work.name")}</span>
                <input
                    name="yolo-name"
                    class="code"
                    spellcheck={false}
                    placeholder="prod_v8l_exp2"
                    value={yolo.name}
                    onInput={(event) => set({ name: event.currentTarget.value })}
                />
            </label>
            <Pairs words="work.args" name="args" value={yolo.args} set={(args) => set({ args })} example="lr0=0.01" />
        </>
    );
}

interface PairsProps {
    readonly words: WordKey;
    readonly name: string;
    readonly value: string;
    readonly set: (text: string) => void;
    readonly example: string;
}

function Pairs({ words, name, value, set, example }: PairsProps) {
    const app = useApp();
    return (
        <label class="field">
            <span>{app.say(words)}</span>
            <textarea
                name={name}
                class="code"
                rows={rowsOf(value)}
                spellcheck={false}
                placeholder={example}
                value={value}
                onInput={(event) => set(event.currentTarget.value)}
            />
        </label>
    );
}
