/** The last step before others lose their GPUs: how many people it is, and why. */

import { useState } from "preact/hooks";
import { useApp } from "../app/app";
import { Dialog } from "../app/dialog";
import { useCalendar } from "../timeline/calendar";
import { peopleOf, type WireEviction } from "./answer";
import { noticeText } from "./eviction_view";

const MOST_NAMES = 6;

export function EvictDialog({ eviction }: { eviction: WireEviction }) {
    const app = useApp();
    const { plan } = useCalendar();
    const [reason, setReason] = useState("");
    const people = peopleOf(eviction);
    const names = people.slice(0, MOST_NAMES).join(app.say("plan.comma")) + (people.length > MOST_NAMES ? "…" : "");
    const rules = app.site.value?.rules.reason_required ?? [];
    const isReasonWanted = rules.includes("evict") || rules.includes("book_p0");
    const stopsRunning = eviction.victims.some(({ running }) => running);
    const close = () => (plan.confirming.value = false);
    return (
        <Dialog title={app.say("plan.evict.title")} close={close}>
            <form
                class="form evict-form"
                onSubmit={(event) => {
                    event.preventDefault();
                    void plan.evict(reason.trim());
                }}
            >
                <p class="evict-people">{app.say("plan.evict.people", { n: people.length, names })}</p>
                <p class="form-how">
                    {stopsRunning
                        ? app.say("plan.evict.notice", { notice: noticeText(app) })
                        : app.say("plan.evict.moved")}
                </p>
                <label class="field">
                    <span>{app.say("plan.evict.reason")}</span>
                    <textarea
                        autoFocus
                        rows={2}
                        maxLength={500}
                        name="reason"
                        required={isReasonWanted}
                        placeholder={isReasonWanted ? "" : app.say("plan.optional")}
                        value={reason}
                        onInput={(event) => setReason(event.currentTarget.value)}
                    />
                </label>
                <div class="form-foot">
                    <button type="button" class="secondary" onClick={close}>
                        {app.say("dialog.cancel")}
                    </button>
                    <button
                        type="submit"
                        class="danger solid"
                        disabled={plan.busy.value || (isReasonWanted && !reason.trim())}
                    >
                        {app.say("plan.evict.yes")}
                    </button>
                </div>
            </form>
        </Dialog>
    );
}
