/** All about one reservation, anybody's: facts, history, log, curves, and what may be done to it. */

import { useEffect, useState } from "preact/hooks";
import type { PossibleAction } from "../actions/possible_actions";
import { useApp } from "../app/app";
import { Icon } from "../app/icons";
import { formatRoute } from "../app/route";
import { useCalendar } from "../timeline/calendar";
import { dateToText, wallTime } from "../time/zone";
import { CancelButton, ExtendButton, HandBackButton, HandOverButton } from "./buttons";
import { CurvesPanel } from "./curves_panel";
import { FactsPanel, PreflightPanel, WorkloadPanel } from "./facts";
import { HistoryPanel } from "./history_panel";
import { LogPanel } from "./log_panel";
import { named, NeedCard } from "./needs";
import { gpuText, isLate, nameOf, ProgressView, StateChip, teamClass, windowText } from "./pieces";
import { ReservationSource } from "./reservation_source";
import { sectionsOf } from "./sections";
import { handingText, LateWarning, Outcome, queueText, startText, waitText } from "./work_lists";
import { hasEnded, isActive, isWaiting, type WorkWithHistory } from "./work";
import { Unknown } from "./unknown";
import { meOf } from "./work_source";

export function ReservationPage({ id }: { id: string }) {
    const app = useApp();
    const [source] = useState(() => new ReservationSource(app, id));
    useEffect(() => () => source.stop(), []);
    const work = source.work.value;
    const problem = source.problem.value;
    document.title = `Berth · ${work ? nameOf(app, work) : id}`;
    return (
        <div class="sheet work">
            <nav class="work-back">
                <a class="work-link" href={formatRoute("work")}>
                    <Icon name="left" />
                    {app.say("work.back")}
                </a>
            </nav>
            {!work && !problem && <p class="work-quiet">{app.say("work.loading", { id })}</p>}
            {!work && problem && <Unknown sentence={app.sentenceOf(problem)} retry={() => source.retry()} />}
            {work && <Details work={work} actions={source.actions.value} />}
        </div>
    );
}

interface Props {
    readonly work: WorkWithHistory;
    readonly actions: readonly PossibleAction[];
}

function Details({ work, actions }: Props) {
    const app = useApp();
    const { needs } = sectionsOf([work], meOf(app), app.now.peek());
    return (
        <article class={`reservation ${teamClass(app, work)}`} data-id={work.id}>
            <header class="reservation-head">
                <div class="work-top">
                    <h1>{nameOf(app, work)}</h1>
                    <StateChip work={work} />
                    <span class="work-id">{work.id}</span>
                </div>
                <p class="work-facts">
                    {[windowText(app, work), gpuText(app, work), work.owner, work.team].filter(Boolean).join(" · ")}
                </p>
                <Actions work={work} actions={actions} />
            </header>
            {needs.length > 0 && (
                <ul class="work-list">
                    {needs.map((need) => (
                        <NeedCard key={need.kind} need={need} linked={false} />
                    ))}
                </ul>
            )}
            <Standing work={work} />
            <div class="reservation-columns">
                <div class="work-column">
                    <CurvesPanel work={work} />
                    <LogPanel work={work} />
                </div>
                <div class="work-column">
                    <FactsPanel work={work} />
                    <WorkloadPanel work={work} />
                    <PreflightPanel work={work} />
                    <HistoryPanel work={work} />
                </div>
            </div>
        </article>
    );
}

/** Where it stands, in a line or a bar. */
function Standing({ work }: { work: WorkWithHistory }) {
    const app = useApp();
    if (hasEnded(work)) {
        return (
            <div class="panel standing">
                <Outcome work={work} />
            </div>
        );
    }
    const words = [handingText(app, work)];
    if (work.state === "confirmed") words.unshift(startText(app, work));
    if (isWaiting(work)) words.unshift(waitText(app, work));
    if (work.state === "queued") words.unshift(queueText(app, work));
    const text = words.filter(Boolean).join(" · ");
    if (!isActive(work)) return text ? <p class="panel standing">{text}</p> : null;
    return (
        <div class="panel standing">
            <ProgressView work={work} />
            {isLate(work) && <LateWarning work={work} />}
            {text && <p class="work-quiet">{text}</p>}
        </div>
    );
}

function Actions({ work, actions }: Props) {
    const app = useApp();
    const calendar = useCalendar();
    const may = (name: string) => actions.some((action) => action.name === name && action.allowed);
    // Those in the cards above are not offered twice.
    const isOwnCheckIn = work.owner === app.user.value;
    const why = actions.length > 0 && !actions.some(({ allowed }) => allowed) ? actions[0]!.why : null;
    const query = new URLSearchParams({ date: dateToText(wallTime(Date.parse(work.start), app.zone.value)) });
    const show = () => calendar.goTo(wallTime(Date.parse(work.start), app.zone.value));
    return (
        <div class="work-buttons">
            {may("check_in") && !isOwnCheckIn && (
                <button type="button" class="secondary" onClick={() => void calendar.actions.checkIn(named(work))}>
                    {app.say("work.checkin")}
                </button>
            )}
            {may("extend") && !isLate(work) && <ExtendButton work={work} quiet />}
            {may("release") && <HandBackButton work={work} />}
            {may("transfer") && <HandOverButton work={work} />}
            {may("cancel") && <CancelButton work={work} />}
            {work.gpus.length > 0 && (
                <a class="secondary" href={formatRoute("calendar", query)} onClick={show}>
                    <Icon name="calendar" />
                    {app.say("work.oncalendar")}
                </a>
            )}
            {why && <p class="work-why">{why}</p>}
        </div>
    );
}
