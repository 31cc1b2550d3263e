/** What is mine and what waits for me; or all about one reservation. */

import { useEffect, useState } from "preact/hooks";
import { useApp } from "../app/app";
import { Icon } from "../app/icons";
import { exampleCommand } from "../timeline/notice";
import { ReservationPage } from "./reservation_page";
import { sectionsOf } from "./sections";
import { Unknown } from "./unknown";
import { WhoForm } from "./who_form";
import { NeedList } from "./needs";
import { EndedList, QueueList, RunningList, UpcomingList, WaitList } from "./work_lists";
import { meOf, WorkSource } from "./work_source";

export function WorkPage() {
    const app = useApp();
    const id = app.route.value.rest;
    if (id) return <ReservationPage key={id} id={id} />;
    document.title = `Berth · ${app.say("page.work")}`;
    return (
        <div class="sheet work">
            <h1 class="work-heading">{app.say("page.work")}</h1>
            {app.user.value ? <OwnWork /> : <WhoForm />}
        </div>
    );
}

function OwnWork() {
    const app = useApp();
    const [source] = useState(() => new WorkSource(app));
    useEffect(() => () => source.stop(), []);
    const works = source.works.value;
    const problem = source.problem.value;
    if (works === null) {
        if (!problem) return <p class="work-quiet">{app.say("loading.short")}</p>;
        return <Unknown sentence={app.sentenceOf(problem)} retry={() => source.retry()} />;
    }
    const sections = sectionsOf(works, meOf(app), app.now.peek());
    if (Object.values(sections).every((list) => list.length === 0)) return <Empty />;
    const aside = sections.waiting.length + sections.queue.length + sections.ended.length > 0;
    return (
        <div class={`work-columns${aside ? "" : " single"}`}>
            <div class="work-column">
                <NeedList needs={sections.needs} />
                <RunningList works={sections.running} />
                <UpcomingList works={sections.upcoming} />
            </div>
            {aside && (
                <div class="work-column">
                    <WaitList works={sections.waiting} />
                    <QueueList works={sections.queue} />
                    <EndedList works={sections.ended} />
                </div>
            )}
        </div>
    );
}

function Empty() {
    const app = useApp();
    return (
        <section class="work-empty">
            <h2>{app.say("work.empty")}</h2>
            <p>{app.say("work.empty.how")}</p>
            <code>{exampleCommand(app.slotMinutes.value)}</code>
            <a class="primary" href="#/calendar">
                <Icon name="calendar" />
                {app.say("work.empty.calendar")}
            </a>
        </section>
    );
}
