/** The form beside the tracks for the draft that is being booked, or why a change was refused. */

import { useEffect, useRef } from "preact/hooks";
import { useApp } from "../app/app";
import { useCalendar } from "../timeline/calendar";
import { ElseFields } from "./else_fields";
import { GpuFields } from "./gpu_fields";
import { PanelFrame } from "./panel_frame";
import { PurposeSwitch } from "./purpose_switch";
import { RankFields } from "./rank_fields";
import { ReasonField } from "./reason_field";
import { RefusedPanel } from "./refused_panel";
import { SuggestionList } from "./suggestion_list";
import { TeamField } from "./team_field";
import { VerdictLine } from "./verdict_line";
import { WindowFields } from "./window_fields";
import { WorkloadFields } from "./workload_fields";

export function BookingPanel() {
    const { booking } = useCalendar();
    if (booking.refused.value) return <RefusedPanel refused={booking.refused.value} />;
    return booking.draft.value ? <DraftPanel /> : null;
}

function DraftPanel() {
    const app = useApp();
    const { booking } = useCalendar();
    const isWork = booking.form.value.purpose === "work";
    const submit = useRef<HTMLButtonElement>(null);
    const chosen = booking.chosen.value;
    // A suggestion that was chosen is booked by one more press.
    useEffect(() => {
        if (chosen > 0) submit.current?.focus();
    }, [chosen]);
    return (
        <PanelFrame title={app.say(isWork ? "book.title" : "book.maintenance")} close={() => booking.close()}>
            <form
                class="book-form"
                onSubmit={(event) => {
                    event.preventDefault();
                    void booking.book();
                }}
            >
                <div class="book-body form">
                    <PurposeSwitch />
                    {isWork && <TitleField />}
                    {isWork && <TeamField />}
                    <GpuFields />
                    <WindowFields />
                    {isWork && <RankFields />}
                    {isWork && <WorkloadFields />}
                    {isWork ? <ElseFields /> : <DisplaceField />}
                    <ReasonField />
                </div>
                <div class="book-foot">
                    <VerdictLine />
                    <SuggestionList />
                    <button
                        ref={submit}
                        type="submit"
                        class="primary book-submit"
                        disabled={booking.busy.value}
                    >
                        {app.say(submitWords(booking.form.value, booking.verdict.value.state))}
                    </button>
                </div>
            </form>
        </PanelFrame>
    );
}

function submitWords(form: { purpose: string; otherwise: string }, verdict: string) {
    if (form.purpose === "maintenance") return "book.submit.maintenance";
    if (verdict !== "clash" || form.otherwise === "refuse") return "book.submit";
    return form.otherwise === "wait" ? "book.submit.wait" : "book.submit.nearest";
}

function TitleField() {
    const app = useApp();
    const { booking } = useCalendar();
    const input = useRef<HTMLInputElement>(null);
    useEffect(() => input.current?.focus({ preventScroll: true }), []);
    return (
        <label class="field">
            <span>{app.say("book.name")}</span>
            <input
                ref={input}
                name="title"
                maxLength={200}
                placeholder="yolov8l coco"
                autocomplete="off"
                value={booking.form.value.title}
                onInput={(event) => booking.set({ title: event.currentTarget.value })}
            />
        </label>
    );
}

function DisplaceField() {
    const app = useApp();
    const { booking } = useCalendar();
    return (
        <label class="check">
            <input
                type="checkbox"
                name="displace"
                checked={booking.form.value.displace}
                onChange={(event) => booking.set({ displace: event.currentTarget.checked })}
            />
            <span>
                {app.say("book.displace")}
                <small>{app.say("book.displace.how")}</small>
            </span>
        </label>
    );
}
