/** The time axis above the tracks: days or weeks, hours or days, the site's load, and the flag of "now". */

import { el, setText, svg } from "../app/dom";
import type { TeamColours } from "../site/colours";
import { MAINTENANCE, skyline, type Load } from "../site/load";
import type { Formats } from "../time/formats";
import type { Day, Period, TimeScale } from "../time/time_scale";
import { MINUTE, mondayOf, weekNumber } from "../time/zone";
import { say } from "../words/words";
import { Covered, isMonday, isWeekend, percent, ticksFor, ticksOf, type Ticks } from "./ticks";

const LOAD_HEIGHT = 38;

export class Axis {
    readonly element = el("div", "axis");
    private readonly upper = el("div", "axis-days");
    private readonly lower = el("div", "axis-hours");
    private readonly load = svg("svg", { class: "skyline", "aria-hidden": "true" });
    private readonly flag = el("div", "now-flag");
    private readonly pointer = el("div", "pointer-flag");
    private readonly covered = new Covered();

    constructor() {
        this.element.append(this.upper, this.lower, this.load, this.flag, this.pointer);
        this.element.setAttribute("aria-hidden", "true");
        this.pointer.hidden = true;
    }

    /** Writes the names of what lies in [from, to) and somewhat beside it. */
    draw(period: Period, scale: TimeScale, formats: Formats, from: number, to: number, now: number): void {
        const ticks = ticksFor(period, scale);
        const today = period.days.findIndex((day) => now >= day.start && now < day.end);
        const key = JSON.stringify([ticks, period.from, period.to, formats.language, formats.zone, today]);
        if (!this.covered.misses(from, to, key)) return;
        const part = this.covered.cover(from, to, key, scale);
        const days = period.days.filter((day) => day.end > part.from && day.start < part.to);
        const todays = period.days[today];
        if (ticks.upper === "days") {
            this.upper.replaceChildren(
                ...days.map((day) => named("day", formats.day(day.start), day.start, day.end, scale, day === todays)),
            );
            this.lower.replaceChildren(...days.flatMap((day) => hoursOf(day, ticks, scale, formats)));
            return;
        }
        this.upper.replaceChildren(...weeksOf(period, days, scale, formats));
        this.lower.replaceChildren(
            ...days.map((day) => {
                const weekend = isWeekend(day.date) ? " weekend" : "";
                const name = dayName(day, ticks, formats);
                return named(`day-number${weekend}`, name, day.start, day.end, scale, day === todays);
            }),
        );
    }

    drawLoad(load: Load, period: Period, gpus: number, teams: TeamColours): void {
        fillSkyline(this.load, load, period, gpus, LOAD_HEIGHT, teams);
    }

    drawNow(now: number, scale: TimeScale, formats: Formats): void {
        const shows = now >= scale.from && now < scale.to;
        this.flag.hidden = !shows;
        if (!shows) return;
        this.flag.style.left = percent(scale, now);
        setText(this.flag, formats.time(now));
    }

    /** Shows which time the pointer is at; null hides it. */
    point(instant: number | null, scale: TimeScale, formats: Formats): void {
        this.pointer.hidden = instant === null;
        if (instant === null) return;
        this.pointer.style.left = percent(scale, instant);
        setText(this.pointer, formats.time(instant));
    }
}

function named(kind: string, words: string, start: number, end: number, scale: TimeScale, today: boolean) {
    const name = el("div", today ? `${kind} today` : kind, el("span", "", words));
    name.style.left = percent(scale, start);
    name.style.width = `${(((end - start) / (scale.to - scale.from)) * 100).toFixed(5)}%`;
    return name;
}

function hoursOf(day: Day, ticks: Ticks, scale: TimeScale, formats: Formats): HTMLElement[] {
    return ticksOf(day, ticks).map((tick) => {
        const hour = el("div", tick.named ? (tick.edge ? "hour" : "hour part") : "hour minor");
        if (tick.named) hour.textContent = hourText(formats.time(tick.at));
        hour.style.left = percent(scale, tick.at);
        return hour;
    });
}

function weeksOf(period: Period, days: readonly Day[], scale: TimeScale, formats: Formats): HTMLElement[] {
    const weeks: HTMLElement[] = [];
    for (const day of days) {
        const first = period.days.indexOf(day);
        if (!isMonday(day.date) && day !== days[0]) continue;
        const rest = period.days.slice(first);
        const length = 1 + rest.findIndex((_, i) => i + 1 === rest.length || isMonday(rest[i + 1]!.date));
        const last = rest[length - 1]!;
        const number = say(formats.language, "week.number", { n: weekNumber(mondayOf(day.date)) });
        const week = named("day week", number, day.start, last.end, scale, false);
        const range = el("span", "week-range", formats.days(day.start, last.start, "short"));
        week.firstElementChild!.append(range);
        weeks.push(week);
    }
    return weeks;
}

function dayName({ date, start }: Day, { dayName: form }: Ticks, formats: Formats): string {
    if (form === "weekday") return formats.dayShort(start);
    return form === "number" || isMonday(date) ? String(date.day) : "";
}

/** On whole hours the minutes say nothing. */
function hourText(time: string): string {
    return time.endsWith(":00") ? time.slice(0, -3) : time;
}

/** Draws the load over the whole period in minutes, stretched to the width that it is given. */
export function fillSkyline(
    picture: SVGSVGElement,
    load: Load,
    period: Period,
    capacity: number,
    height: number,
    teams: TeamColours,
): void {
    const minutes = (instant: number) => (instant - period.from) / MINUTE;
    picture.setAttribute("viewBox", `0 0 ${minutes(period.to)} ${height}`);
    picture.setAttribute("preserveAspectRatio", "none");
    picture.setAttribute("height", String(height));
    const paths = skyline(load, period.edges.map(minutes), capacity, height).map(({ team, d }) =>
        svg("path", { d, class: team === MAINTENANCE ? "upkeep" : `team-${teams.of(team)}` }),
    );
    picture.replaceChildren(...paths);
}
