/** What is to happen if it does not fit. */

import { useApp } from "../app/app";
import { HOUR } from "../time/zone";
import { useCalendar } from "../timeline/calendar";
import type { Form } from "./form";

/** Hours that somebody may be ready to wait beyond the wished start. */
const PATIENCE = [0, 6, 12, 24, 48, 72, 168];

export function ElseFields() {
    const app = useApp();
    const { booking } = useCalendar();
    const form = booking.form.value;
    if (booking.draft.value!.plan) return null;
    return (
        <fieldset class="field-group">
            <legend>{app.say("else.title")}</legend>
            <select
                name="otherwise"
                aria-label={app.say("else.title")}
                value={form.otherwise}
                onChange={(event) => booking.set({ otherwise: event.currentTarget.value as Form["otherwise"] })}
            >
                <option value="refuse">{app.say("else.refuse")}</option>
                <option value="nearest">{app.say("else.nearest")}</option>
                <option value="wait">{app.say("else.wait")}</option>
            </select>
            {form.otherwise === "wait" && <WaitFields />}
        </fieldset>
    );
}

function WaitFields() {
    const app = useApp();
    const { booking } = useCalendar();
    const { patience, answer } = booking.form.value;
    const { start } = booking.draft.value!;
    const { formats } = app;
    const latest = (hours: number) => {
        const at = start + hours * HOUR;
        return `${formats.value.day(at)} ${formats.value.time(at)}`;
    };
    return (
        <div class="form-row">
            <label class="field">
                <span>{app.say("else.latest")}</span>
                <select
                    name="patience"
                    value={patience}
                    onChange={(event) => booking.set({ patience: Number(event.currentTarget.value) })}
                >
                    {PATIENCE.map((hours) => (
                        <option key={hours} value={hours}>
                            {latest(hours)}
                        </option>
                    ))}
                </select>
            </label>
            <label class="field">
                <span>{app.say("else.answer")}</span>
                <select
                    name="answer"
                    value={answer}
                    onChange={(event) => booking.set({ answer: event.currentTarget.value as Form["answer"] })}
                >
                    <option value="auto">{app.say("else.auto")}</option>
                    <option value="offer">{app.say("else.offer")}</option>
                </select>
            </label>
        </div>
    );
}
