/** Priority, and whether it may be preempted. */

import { useApp } from "../app/app";
import { useCalendar } from "../timeline/calendar";
import { isPreemptible, PRIORITIES } from "./form";

export function RankFields() {
    const app = useApp();
    const { booking } = useCalendar();
    const form = booking.form.value;
    const you = app.site.value?.you;
    const allowed = you && !app.site.value?.open ? you.priorities : PRIORITIES;
    const isResearch = form.priority === "P2" || form.priority === "P3";
    const mayProtect = !you || app.site.value?.open || you.unpreemptible || !isResearch;
    return (
        <fieldset class="field-group">
            <legend>{app.say("card.priority")}</legend>
            <div class="switch wide" role="group" aria-label={app.say("card.priority")}>
                {PRIORITIES.map((priority) => (
                    <button
                        key={priority}
                        type="button"
                        class="choice"
                        data-priority={priority}
                        aria-pressed={form.priority === priority}
                        disabled={!allowed.includes(priority)}
                        title={allowed.includes(priority) ? "" : app.say("book.rank.must")}
                        onClick={() => booking.set({ priority, preemptible: null })}
                    >
                        {priority}
                    </button>
                ))}
            </div>
            <p class="form-how">{app.say(`rank.${form.priority}` as "rank.P2")}</p>
            <label class="check">
                <input
                    type="checkbox"
                    name="preemptible"
                    checked={isPreemptible(form)}
                    disabled={!mayProtect}
                    onChange={(event) => booking.set({ preemptible: event.currentTarget.checked })}
                />
                <span>
                    {app.say("book.preemptible")}
                    <small>{app.say(mayProtect ? "book.preemptible.how" : "book.preemptible.must")}</small>
                </span>
            </label>
        </fieldset>
    );
}
