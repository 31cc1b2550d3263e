/**
 * The calendar as a list by day, for screens on which a week of tracks has no room: what runs or
 * begins on each day, in the order of time.
 */

import { computed } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Reservation } from "../api/contract";
import { useApp, type App } from "../app/app";
import { lookOf, markOf } from "../site/states";
import { gpuRanges } from "../time/formats";
import type { Day } from "../time/time_scale";
import { addDays, dateToText, HOUR, wallTime } from "../time/zone";
import { sayValue } from "../words/words";
import { useCalendar, type Calendar } from "./calendar";

interface AgendaDay {
    readonly day: Day;
    readonly entries: readonly Reservation[];
}

export function Agenda() {
    const app = useApp();
    return app.narrow.value ? <Days /> : null;
}

function Days() {
    const app = useApp();
    const calendar = useCalendar();
    const days = useMemo(() => computed(() => daysOf(app, calendar)), []).value;
    const list = useRef<HTMLElement>(null);
    // What is over by now is above the screen, within reach.
    useEffect(() => {
        const entry = list.current!.querySelector<HTMLElement>("[data-today]");
        if (entry) list.current!.scrollTop = entry.offsetTop;
    }, [calendar.period.value.from, app.loads.value]);
    const nothing = days.every(({ day, entries }) => entries.length === 0 && !isTaken(app, day));
    return (
        <section ref={list} class="agenda" aria-label={app.say("agenda.label")}>
            {days.map(({ day, entries }) =>
                entries.length === 0 && !isTaken(app, day) ? null : (
                    <section key={day.start} class="agenda-day" {...(isToday(app, day) && { "data-today": "" })}>
                        <h2>{nameOf(app, day)}</h2>
                        {isTaken(app, day) && <Taken />}
                        <ul>
                            {entries.map((reservation) => (
                                <Entry key={reservation.id} reservation={reservation} day={day} />
                            ))}
                        </ul>
                    </section>
                ),
            )}
            {nothing && <p class="agenda-nothing">{app.say("agenda.nothing")}</p>}
        </section>
    );
}

/** Who uses GPUs without a reservation belongs to no day but this. */
function isTaken(app: App, day: Day): boolean {
    return app.store.occupants.length > 0 && isToday(app, day);
}

function Taken() {
    const app = useApp();
    return (
        <ul class="agenda-taken">
            {app.store.occupants.map(({ node, name, owner, gpus, since }) => (
                <li key={`${node} ${name}`}>
                    <strong>{`⚠ ${node}: ${app.say("occupants.gpus", { n: gpus })}`}</strong>
                    <small>{[name, owner].filter(Boolean).join(" · ")}</small>
                    <small>{`${app.say("occupants.since")} ${app.formats.value.moment(since)}`}</small>
                </li>
            ))}
        </ul>
    );
}

function Entry({ reservation, day }: { reservation: Reservation; day: Day }) {
    const app = useApp();
    const calendar = useCalendar();
    const formats = app.formats.value;
    const { progress } = reservation;
    const look = lookOf(reservation.state);
    const state = sayValue(formats.language, "state", reservation.state);
    const began = reservation.start < day.start;
    const from = began ? app.say("agenda.goeson", { time: dayOf(app, reservation.start) }) : formats.time(reservation.start);
    const ends = reservation.end <= day.end;
    const till = ends ? formats.time(reservation.end) : dayOf(app, reservation.end);
    return (
        <li>
            <button
                type="button"
                class={`agenda-entry ${look} team-${app.teams.of(reservation.team)}`}
                data-reservation={reservation.id}
                onClick={(event) =>
                    calendar.card.pin(reservation, event.currentTarget.getBoundingClientRect(), formats)
                }
            >
                <span class="agenda-colour" />
                <span class="agenda-when">
                    {from}
                    <small>{app.say("agenda.till", { time: till })}</small>
                </span>
                <span class="agenda-what">
                    <strong>{reservation.title || reservation.id}</strong>
                    <small>
                        {[reservation.team, reservation.owner].filter(Boolean).join(" · ")}
                        {" · "}
                        {gpuRanges(reservation.gpus, app.store.gpus)}
                    </small>
                    {progress && look === "active" && (
                        <progress max={Math.max(1, progress.epochs)} value={progress.epoch} aria-label={state} />
                    )}
                </span>
                <span class="agenda-state">{`${markOf(reservation)} ${state}`.trim()}</span>
            </button>
        </li>
    );
}

function daysOf(app: App, calendar: Calendar): readonly AgendaDay[] {
    void app.changes.value;
    void app.loads.value;
    const passes = calendar.find.test.value;
    const all = [...app.store.reservations.values()].filter(passes).sort((a, b) => a.start - b.start);
    return calendar.period.value.days.map((day) => {
        const entries = all.filter(({ start, end }) => start < day.end && end > day.start);
        return { day, entries: isToday(app, day) ? withEndedLast(entries) : entries };
    });
}

/** Today, what still runs or comes is of more interest than what is over. */
function withEndedLast(entries: readonly Reservation[]): readonly Reservation[] {
    const hasEnded = ({ state }: Reservation) => ["done", "broken", "void"].includes(lookOf(state));
    return [...entries.filter((entry) => !hasEnded(entry)), ...entries.filter(hasEnded)];
}

/** `Mon` within the week around now, else the date. */
function dayOf(app: App, instant: number): string {
    const formats = app.formats.value;
    const isNear = Math.abs(instant - app.now.peek()) < 6 * 24 * HOUR;
    return isNear ? formats.weekdayName(instant) : formats.date(instant);
}

function isToday(app: App, day: Day): boolean {
    const now = app.now.peek();
    return now >= day.start && now < day.end;
}

function nameOf(app: App, day: Day): string {
    const today = wallTime(app.now.peek(), app.zone.value);
    const name = app.formats.value.day(day.start);
    const date = dateToText(day.date);
    if (isToday(app, day)) return `${app.say("agenda.today")} · ${name}`;
    if (date === dateToText(addDays(today, 1))) return `${app.say("agenda.tomorrow")} · ${name}`;
    return name;
}
