/** The time axis above the tracks: days, hours, the site's load, and the flag of "now". */

import type { TeamColours } from "../site/colours";
import { el, setText, svg } from "../app/dom";
import type { Formats } from "../time/formats";
import { skyline, type Load } from "../site/load";
import { labelStep, slotWidth, type TimeScale, type Period } from "../time/time_scale";

const LOAD_HEIGHT = 38;
const LABEL_ROOM = 27;

export class Axis {
    readonly element = el("div", "axis");
    private readonly days = el("div", "axis-days");
    private readonly hours = el("div", "axis-hours");
    private readonly load = svg("svg", { class: "skyline", "aria-hidden": "true" });
    private readonly flag = el("div", "now-flag");
    private readonly pointer = el("div", "pointer-flag");

    constructor() {
        this.element.append(this.days, this.hours, this.load, this.flag, this.pointer);
        this.element.setAttribute("aria-hidden", "true");
        this.pointer.hidden = true;
    }

    draw(period: Period, scale: TimeScale, formats: Formats): void {
        const step = labelStep(period.slotMinutes, slotWidth(scale, period.slotMinutes), LABEL_ROOM);
        const days: HTMLElement[] = [];
        const hours: HTMLElement[] = [];
        for (const day of period.days) {
            const name = el("div", "day", el("span", "", formats.day(day.start)));
            name.dataset["start"] = String(day.start);
            place(name, scale.x(day.start), scale.x(day.end));
            days.push(name);
            for (const edge of day.edges) {
                const labelled = edge.slot % step === 0;
                const hour = el("div", labelled ? "hour" : "hour minor");
                if (labelled) hour.textContent = hourText(formats.time(edge.at));
                hour.style.left = `${scale.x(edge.at)}px`;
                hours.push(hour);
            }
        }
        this.days.replaceChildren(...days);
        this.hours.replaceChildren(...hours);
    }

    drawLoad(load: Load, period: Period, scale: TimeScale, gpus: number, teams: TeamColours): void {
        fillSkyline(this.load, load, period, scale, gpus, LOAD_HEIGHT, teams);
    }

    drawNow(now: number, scale: TimeScale, formats: Formats): void {
        const shows = now >= scale.from && now < scale.to;
        this.flag.hidden = !shows;
        if (shows) {
            this.flag.style.left = `${scale.x(now)}px`;
            setText(this.flag, formats.time(now));
        }
        for (const day of this.days.children as Iterable<Element> & HTMLCollection) {
            const start = Number((day as HTMLElement).dataset["start"]);
            const next = day.nextElementSibling as HTMLElement | null;
            const end = next ? Number(next.dataset["start"]) : scale.to;
            day.classList.toggle("today", now >= start && now < end);
        }
    }

    /** Shows which time the pointer is at; null hides it. */
    point(instant: number | null, scale: TimeScale, formats: Formats): void {
        this.pointer.hidden = instant === null;
        if (instant === null) return;
        this.pointer.style.left = `${scale.x(instant)}px`;
        setText(this.pointer, formats.time(instant));
    }
}

/** On whole hours the minutes say nothing. */
function hourText(time: string): string {
    return time.endsWith(":00") ? time.slice(0, -3) : time;
}

export function place(element: HTMLElement, left: number, right: number): void {
    element.style.left = `${left}px`;
    element.style.width = `${right - left}px`;
}

export function fillSkyline(
    picture: SVGSVGElement,
    load: Load,
    period: Period,
    scale: TimeScale,
    capacity: number,
    height: number,
    teams: TeamColours,
): void {
    picture.setAttribute("width", String(scale.width));
    picture.setAttribute("height", String(height));
    const xs = period.edges.map((edge) => Math.round(scale.x(edge)));
    const paths = skyline(load, xs, capacity, height).map(({ team, d }) =>
        svg("path", { d, class: `team-${teams.of(team)}` }),
    );
    picture.replaceChildren(...paths);
}
