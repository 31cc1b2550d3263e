/** The calendar: its bar of tools, the legend, and the tracks. */

import { useEffect, useRef } from "preact/hooks";
import { useApp } from "../app/app";
import { BookButton } from "../booking/book_button";
import { BookingPanel } from "../booking/booking_panel";
import { Icon } from "../app/icons";
import { PlanButton } from "../plan/plan_button";
import { PlanPanel } from "../plan/plan_panel";
import type { WordKey } from "../words/words";
import { Agenda } from "./agenda";
import { useCalendar, VIEWS } from "./calendar";
import { DateJump } from "./date_jump";
import { ActiveFilters, FindBar } from "./find_bar";
import { LegendBar } from "./legend_bar";

export function CalendarPage() {
    return (
        <div class="calendar-page">
            <ToolBar />
            <ActiveFilters />
            <LegendBar />
            <div class="calendar-body">
                <Tracks />
                <Agenda />
                <BookingPanel />
                <PlanPanel />
            </div>
        </div>
    );
}

function ToolBar() {
    const app = useApp();
    return (
        <div class="toolbar">
            <Steps />
            <DateJump />
            <Views />
            <div class="toolbar-end" role="group" aria-label={app.say("toolbar.actions")}>
                <FindBar />
                <PlanButton />
                <BookButton />
            </div>
        </div>
    );
}

function Steps() {
    const app = useApp();
    const calendar = useCalendar();
    const name = calendar.name.value;
    const isCurrent = calendar.chosen.value === null;
    const week = calendar.week.value;
    document.title = `Berth · ${name}`;
    return (
        <nav class="weeks" aria-label={app.say("week.label")}>
            <div class="steps">
                <StepButton words="week.previous" icon="left" go={() => calendar.step(-1)} />
                <button type="button" class="nav today" aria-pressed={isCurrent} onClick={() => calendar.step(0)}>
                    {app.say("week.today")}
                </button>
                <StepButton words="week.next" icon="right" go={() => calendar.step(1)} />
            </div>
            <h1 class="week-name" aria-live="polite">
                {name}
            </h1>
            {week !== null && <span class="week-number">{app.say("week.number", { n: week })}</span>}
        </nav>
    );
}

function StepButton({ words, icon, go }: { words: WordKey; icon: "left" | "right"; go: () => void }) {
    const app = useApp();
    return (
        <button type="button" class="nav" title={app.say(words)} aria-label={app.say(words)} onClick={go}>
            <Icon name={icon} />
        </button>
    );
}

function Views() {
    const app = useApp();
    const calendar = useCalendar();
    return (
        <div class="switch spans" role="group" aria-label={app.say("span.label")}>
            {VIEWS.map((view) => (
                <button
                    key={view}
                    type="button"
                    class="choice"
                    data-view={view}
                    aria-pressed={calendar.fits.value === view}
                    onClick={() => calendar.setView(view)}
                >
                    {app.say(`span.${view}`)}
                </button>
            ))}
        </div>
    );
}

function Tracks() {
    const calendar = useCalendar();
    const host = useRef<HTMLDivElement>(null);
    useEffect(() => {
        host.current!.append(calendar.tracks.element);
        document.body.append(calendar.card.element, calendar.occupants.element);
        return () => {
            calendar.card.dismiss();
            calendar.card.element.remove();
            calendar.occupants.dismiss();
            calendar.occupants.element.remove();
        };
    }, []);
    return <div class="tracks-host" ref={host} />;
}
