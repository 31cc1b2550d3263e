/** Work or maintenance; only operators are asked. */

import { useApp } from "../app/app";
import { useCalendar } from "../timeline/calendar";

export function PurposeSwitch() {
    const app = useApp();
    const { booking } = useCalendar();
    const site = app.site.value;
    if (!site || (!site.open && !site.you?.operator)) return null;
    if (booking.draft.value?.plan) return null;
    const { purpose } = booking.form.value;
    return (
        <div class="switch wide" role="group" aria-label={app.say("book.purpose")}>
            {(["work", "maintenance"] as const).map((one) => (
                <button
                    key={one}
                    type="button"
                    class="choice"
                    data-purpose={one}
                    aria-pressed={purpose === one}
                    onClick={() => booking.set({ purpose: one, ...(one === "maintenance" && { which: "these" }) })}
                >
                    {app.say(`book.purpose.${one}`)}
                </button>
            ))}
        </div>
    );
}
