/** Whether the draft fits, in words, as soon as it is known. */

import { useApp } from "../app/app";
import { useCalendar } from "../timeline/calendar";

const MARKS = { asking: "…", fits: "✓", clash: "✕" } as const;

export function VerdictLine() {
    const app = useApp();
    const { booking } = useCalendar();
    const { state, text } = booking.verdict.value;
    return (
        <p class="verdict" data-verdict={state} role="status">
            <span class="verdict-mark" aria-hidden="true">
                {MARKS[state]}
            </span>
            <span>
                {text}
                {state === "clash" && booking.couldEvict.value && <small>{app.say("verdict.evict")}</small>}
            </span>
        </p>
    );
}
