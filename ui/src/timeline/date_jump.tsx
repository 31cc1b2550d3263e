/** Jumps to a date: a month's days to choose from, by pointer or with the arrow keys. */

import { useState } from "preact/hooks";
import { useApp } from "../app/app";
import { Icon } from "../app/icons";
import { Popover } from "../app/popover";
import { addDays, dateFromText, dateToText, instantOf, mondayOf, wallTime, weekNumber, type CivilDate } from "../time/zone";
import { useCalendar } from "./calendar";

const MOVES: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export function DateJump() {
    const app = useApp();
    return (
        <Popover class="jump" words={app.say("jump.label")} button={<Icon name="calendar" />}>
            {(close) => <MonthSheet close={close} />}
        </Popover>
    );
}

function MonthSheet({ close }: { close: () => void }) {
    const app = useApp();
    const calendar = useCalendar();
    const [cursor, setCursor] = useState(calendar.day());
    const zone = app.zone.value;
    const formats = app.formats.value;
    const midday = (date: CivilDate) => instantOf(date, 12 * 60, zone);
    const today = dateToText(wallTime(app.clock.now(), zone));
    const go = (date: CivilDate) => {
        calendar.goTo(date);
        close();
    };
    const onKeyDown = (event: KeyboardEvent) => {
        const days = MOVES[event.key];
        if (days !== undefined) move(event, addDays(cursor, days));
        else if (event.key === "PageUp") move(event, inMonth(cursor, -1));
        else if (event.key === "PageDown") move(event, inMonth(cursor, 1));
    };
    const move = (event: KeyboardEvent, date: CivilDate) => {
        event.preventDefault();
        setCursor(date);
        const sheet = event.currentTarget as HTMLElement;
        requestAnimationFrame(() => sheet.querySelector<HTMLElement>(`[data-date="${dateToText(date)}"]`)?.focus());
    };
    const weeks = weeksOf(cursor);
    return (
        <div class="month">
            <div class="month-head">
                <MonthStep words="jump.earlier" icon="left" go={() => setCursor(inMonth(cursor, -1))} />
                <strong aria-live="polite">{formats.month(midday(cursor))}</strong>
                <MonthStep words="jump.later" icon="right" go={() => setCursor(inMonth(cursor, 1))} />
            </div>
            <table class="month-days" onKeyDown={onKeyDown}>
                <thead>
                    <tr>
                        <th scope="col" class="week-of">{app.say("jump.week")}</th>
                        {weeks[0]!.map((date) => (
                            <th key={date.day} scope="col">{formats.weekday(midday(date))}</th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {weeks.map((week) => (
                        <tr key={dateToText(week[0]!)}>
                            <th scope="row" class="week-of">{weekNumber(week[0]!)}</th>
                            {week.map((date) => (
                                <td key={dateToText(date)}>
                                    <DayButton date={date} cursor={cursor} today={today} words={formats.dayLong(midday(date))} go={go} />
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
            <label class="field">
                {app.say("jump.date")}
                <input
                    type="date"
                    value={dateToText(cursor)}
                    onChange={(event) => {
                        const date = dateFromText(event.currentTarget.value);
                        if (date) go(date);
                    }}
                />
            </label>
        </div>
    );
}

function MonthStep({ words, icon, go }: { words: "jump.earlier" | "jump.later"; icon: "left" | "right"; go: () => void }) {
    const app = useApp();
    return (
        <button type="button" class="icon-button" title={app.say(words)} aria-label={app.say(words)} onClick={go}>
            <Icon name={icon} />
        </button>
    );
}

interface DayProps {
    readonly date: CivilDate;
    readonly cursor: CivilDate;
    readonly today: string;
    readonly words: string;
    readonly go: (date: CivilDate) => void;
}

function DayButton({ date, cursor, today, words, go }: DayProps) {
    const text = dateToText(date);
    const isCursor = text === dateToText(cursor);
    const beside = date.month === cursor.month ? "" : " beside";
    return (
        <button
            type="button"
            class={`month-day${beside}${text === today ? " is-today" : ""}`}
            data-date={text}
            aria-label={words}
            aria-pressed={isCursor}
            {...(text === today && { "aria-current": "date" as const })}
            tabIndex={isCursor ? 0 : -1}
            onClick={() => go(date)}
        >
            {date.day}
        </button>
    );
}

/** The weeks that a month's days lie in. */
function weeksOf(date: CivilDate): CivilDate[][] {
    const weeks: CivilDate[][] = [];
    for (let monday = mondayOf({ ...date, day: 1 }); ; monday = addDays(monday, 7)) {
        const isOver = weeks.length > 0 && monday.month !== date.month;
        if (isOver) return weeks;
        weeks.push(Array.from({ length: 7 }, (_, i) => addDays(monday, i)));
    }
}

/** The same day so many months on, or the last one of a shorter month. */
function inMonth(date: CivilDate, months: number): CivilDate {
    const first = new Date(Date.UTC(date.year, date.month - 1 + months, 1));
    const [year, month] = [first.getUTCFullYear(), first.getUTCMonth() + 1];
    const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
    return { year, month, day: Math.min(date.day, last) };
}
