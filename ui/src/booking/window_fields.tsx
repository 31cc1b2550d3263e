/** When and how long, on the site's slots; times as the page shows them. */

import { useApp } from "../app/app";
import { periodOf } from "../time/time_scale";
import { dateFromText, dateToText, MINUTE, wallTime, type CivilDate } from "../time/zone";
import { useCalendar } from "../timeline/calendar";

export function WindowFields() {
    const app = useApp();
    const { booking } = useCalendar();
    const { start, end } = booking.draft.value!;
    const slotLength = app.slotMinutes.value * MINUTE;
    const hours = Math.round(((end - start) / 3_600_000) * 100) / 100;
    const setLength = (text: string) => {
        const slots = Math.max(1, Math.round((Number(text) * 3_600_000) / slotLength));
        const { gpus } = booking.draft.value!;
        booking.setPlace({ gpus, start, end: booking.grid.value.add(booking.grid.value.floor(start), slots) });
    };
    const isPlanned = Boolean(booking.draft.value!.plan);
    const { formats } = app;
    return (
        <fieldset class="field-group">
            <legend>{app.say("book.window")}</legend>
            <div class="form-row start-row">
                <StartDay />
                <StartSlot />
                <label class="field length">
                    <span>{app.say("book.hours")}</span>
                    <input
                        type="number"
                        name="hours"
                        min={slotLength / 3_600_000}
                        step={slotLength / 3_600_000}
                        disabled={isPlanned}
                        value={hours}
                        onChange={(event) => setLength(event.currentTarget.value)}
                    />
                </label>
            </div>
            <p class="form-how">
                {app.say("book.until", {
                    time: `${formats.value.day(end)} ${formats.value.time(end)}`,
                    length: formats.value.length(end - start),
                })}
            </p>
        </fieldset>
    );
}

/** The slots that begin on a day of the zone that the page shows. */
function useStarts(day: CivilDate): readonly number[] {
    const app = useApp();
    const period = periodOf(day, 1, app.zone.value, app.slotMinutes.value, app.siteZone.value);
    return period.edges.slice(0, -1);
}

/** Moves the draft to another start, at its number of slots. */
function useMove(): (start: number) => void {
    const { booking } = useCalendar();
    const draft = booking.draft.value!;
    return (start) => {
        const grid = booking.grid.value;
        const end = grid.add(start, grid.count(draft.start, draft.end));
        booking.setPlace({ gpus: draft.gpus, start, end });
    };
}

function StartDay() {
    const app = useApp();
    const { booking } = useCalendar();
    const { start, plan } = booking.draft.value!;
    const day = wallTime(start, app.zone.value);
    const starts = useStarts(day);
    const move = useMove();
    const setDay = (text: string) => {
        const chosen = dateFromText(text);
        if (!chosen) return;
        const there = periodOf(chosen, 1, app.zone.value, app.slotMinutes.value, app.siteZone.value).edges;
        const index = Math.max(0, starts.filter((at) => at <= start).length - 1);
        move(there[Math.min(index, there.length - 2)]!);
    };
    return (
        <label class="field book-day">
            <span>{app.say("book.day")}</span>
            <input
                type="date"
                name="day"
                required
                disabled={Boolean(plan)}
                value={dateToText(day)}
                onChange={(event) => setDay(event.currentTarget.value)}
            />
        </label>
    );
}

function StartSlot() {
    const app = useApp();
    const { booking } = useCalendar();
    const { start, plan } = booking.draft.value!;
    const current = booking.currentSlot.value;
    const starts = useStarts(wallTime(start, app.zone.value)).filter((at) => at >= current || at === start);
    const move = useMove();
    return (
        <label class="field slot-field">
            <span>{app.say("book.start")}</span>
            <select
                name="start"
                disabled={Boolean(plan)}
                value={start}
                onChange={(event) => move(Number(event.currentTarget.value))}
            >
                {starts.includes(start) ? null : <option value={start}>{app.formats.value.time(start)}</option>}
                {starts.map((at) => (
                    <option key={at} value={at}>
                        {at === current ? app.say("book.now") : app.formats.value.time(at)}
                    </option>
                ))}
            </select>
        </label>
    );
}
