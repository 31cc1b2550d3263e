/** The page's lists, each row of them a reservation. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useApp, type App } from "../app/app";
import { useCalendar } from "../timeline/calendar";
import { CancelButton, ExtendButton } from "./buttons";
import { endOfLog } from "./log_reader";
import { gpuText, isLate, lengthText, momentText, nameOf, ProgressView, StateChip, teamClass, windowText, WorkLink } from "./pieces";
import { lastLine } from "./terminal_text";
import { instant, lateBy, type Work } from "./work";
import type { WordKey } from "../words/words";

interface Props {
    readonly works: readonly Work[];
}

export function RunningList({ works }: Props) {
    return (
        <Section name="running" works={works} stays>
            {(work) => (
                <>
                    <ProgressView work={work} />
                    {isLate(work) && <LateWarning work={work} />}
                </>
            )}
        </Section>
    );
}

export function LateWarning({ work }: { work: Work }) {
    const app = useApp();
    const gaps = {
        time: lengthText(app, lateBy(work)),
        when: momentText(app, instant(work.expected_end) ?? 0),
        end: momentText(app, Date.parse(work.booked_end)),
    };
    return (
        <div class="work-late">
            <p>{app.say("work.late", gaps)}</p>
            <ExtendButton work={work} quiet />
        </div>
    );
}

export function UpcomingList({ works }: Props) {
    const app = useApp();
    return (
        <Section name="upcoming" works={works} stays>
            {(work) => (
                <div class="work-foot">
                    <p class="work-quiet">
                        {[startText(app, work), handingText(app, work)].filter(Boolean).join(" · ")}
                        {work.continues && (
                            <>
                                {" · "}
                                <WorkLink id={work.continues}>{app.say("work.continues", { id: work.continues })}</WorkLink>
                            </>
                        )}
                    </p>
                    <CancelButton work={work} quiet />
                </div>
            )}
        </Section>
    );
}

export function startText(app: App, work: Work): string {
    const left = Date.parse(work.start) - app.now.value;
    return left < 60_000 ? app.say("work.startsnow") : app.say("work.starts", { time: lengthText(app, left) });
}

export function handingText(app: App, { transfer }: Work): string {
    if (!transfer) return "";
    const whom = transfer.to_user ?? app.say("work.toteam", { team: transfer.to_team ?? "" });
    return app.say("work.handing", { whom });
}

export function WaitList({ works }: Props) {
    const app = useApp();
    return (
        <Section name="waiting" works={works}>
            {(work) => (
                <div class="work-foot">
                    <p class="work-quiet">
                        <Place work={work} />
                        {waitText(app, work)}
                    </p>
                    <CancelButton work={work} quiet />
                </div>
            )}
        </Section>
    );
}

function Place({ work: { position } }: { work: Work }) {
    const app = useApp();
    if (!position) return null;
    return (
        <>
            <strong class="work-place">{app.say("work.place", { n: position })}</strong>
            {" · "}
        </>
    );
}

export function waitText(app: App, { state, wait }: Work): string {
    if (state === "displaced" || !wait) return app.say("work.owed");
    const latest = app.say("work.latest", { when: momentText(app, Date.parse(wait.latest_start)) });
    return `${app.say(wait.mode === "offer" ? "work.mode.offer" : "work.mode.auto")} · ${latest}`;
}

export function QueueList({ works }: Props) {
    const app = useApp();
    return (
        <Section name="queue" works={works}>
            {(work) => (
                <div class="work-foot">
                    <p class="work-quiet">
                        <Place work={work} />
                        {queueText(app, work)}
                    </p>
                    <CancelButton work={work} quiet />
                </div>
            )}
        </Section>
    );
}

export function queueText(app: App, { planned_start, limit_minutes }: Work): string {
    const planned = instant(planned_start);
    const words = [planned === null ? app.say("work.noplan") : app.say("work.planned", { when: momentText(app, planned) })];
    if (limit_minutes) words.push(app.say("work.limit", { time: app.formats.value.length(limit_minutes * 60_000) }));
    return words.join(" · ");
}

export function EndedList({ works }: Props) {
    return (
        <Section name="ended" works={works}>
            {(work) => (
                <>
                    <Outcome work={work} />
                    {work.state === "failed" && work.attempt > 0 && <LastWords id={work.id} />}
                </>
            )}
        </Section>
    );
}

/** How it ended, in Berth's words, and who goes on. */
export function Outcome({ work }: { work: Work }) {
    const app = useApp();
    const ended = instant(work.ended_at) ?? Date.parse(work.end);
    const words = [app.say("work.endedat", { when: momentText(app, ended) })];
    // Berth's own sentence has it.
    if (work.exit_code && !work.detail) words.push(app.say("work.exit", { n: work.exit_code }));
    return (
        <>
            <p class="work-quiet">
                {words.join(" · ")}
                {work.continued_by && (
                    <>
                        {" · "}
                        <WorkLink id={work.continued_by}>{app.say("work.continuedby", { id: work.continued_by })}</WorkLink>
                    </>
                )}
            </p>
            {work.detail && work.state !== "completed" && <p class="work-detail-text">{work.detail}</p>}
        </>
    );
}

const lastWords = new Map<string, string>();

function LastWords({ id }: { id: string }) {
    const app = useApp();
    const [line, setLine] = useState(lastWords.get(id) ?? "");
    useEffect(() => {
        if (lastWords.has(id)) return;
        endOfLog(app.client, id)
            .then((text) => {
                lastWords.set(id, lastLine(text));
                setLine(lastLine(text));
            })
            // Without a log there are no last words.
            .catch(() => undefined);
    }, [id]);
    return line ? <code class="last-words">{line}</code> : null;
}

type SectionName = "running" | "upcoming" | "waiting" | "queue" | "ended";

interface SectionProps extends Props {
    readonly name: SectionName;
    /** Says so when there is nothing in it, rather than not being there. */
    readonly stays?: boolean;
    readonly children: (work: Work) => ComponentChildren;
}

function Section({ name, works, stays = false, children }: SectionProps) {
    const app = useApp();
    const { actions } = useCalendar();
    if (works.length === 0 && !stays) return null;
    const heading = `work-${name}`;
    const leaving = actions.leaving.value;
    return (
        <section class="work-section" aria-labelledby={heading}>
            <h2 id={heading}>
                {app.say(`work.${name}`)} {works.length > 0 && <span class="work-count">{works.length}</span>}
            </h2>
            {works.length === 0 && <p class="work-none">{app.say(`work.none.${name}` as WordKey)}</p>}
            <ul class="work-list">
                {works.map((work) => (
                    <li
                        key={work.id}
                        class={`work-row ${teamClass(app, work)}${leaving.has(work.id) ? " leaving" : ""}`}
                        data-id={work.id}
                    >
                        <div class="work-top">
                            <h3>
                                <WorkLink id={work.id}>{nameOf(app, work)}</WorkLink>
                            </h3>
                            <StateChip work={work} />
                            <span class="work-id">{work.id}</span>
                        </div>
                        <p class="work-facts">{factsOf(app, work, name)}</p>
                        {children(work)}
                    </li>
                ))}
            </ul>
        </section>
    );
}

function factsOf(app: App, work: Work, name: SectionName): string {
    const facts = name === "queue" ? [] : [windowText(app, work)];
    facts.push(gpuText(app, work));
    if (work.team) facts.push(work.team);
    if (work.priority) facts.push(work.priority);
    return facts.join(" · ");
}
