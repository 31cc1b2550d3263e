/** Why, where the site wants to know. */

import { useApp } from "../app/app";
import { useCalendar } from "../timeline/calendar";

export function ReasonField() {
    const app = useApp();
    const { booking } = useCalendar();
    const form = booking.form.value;
    const change = form.purpose === "maintenance" ? "maintenance" : form.priority === "P0" ? "book_p0" : null;
    const isWanted = change !== null && app.site.value?.rules.reason_required.includes(change);
    if (!isWanted) return null;
    return (
        <label class="field">
            <span>{app.say("reason.label")}</span>
            <textarea
                name="reason"
                rows={2}
                required
                maxLength={500}
                value={form.reason}
                onInput={(event) => booking.set({ reason: event.currentTarget.value })}
            />
            <small>{app.say("reason.how")}</small>
        </label>
    );
}
