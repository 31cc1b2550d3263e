/** What a reservation is, what it runs, and what was found beforehand, as lists of facts. */

import type { ComponentChildren } from "preact";
import { useApp, type App } from "../app/app";
import { podsText, volumeText } from "../booking/container";
import { gpuText, momentText, WorkLink } from "./pieces";
import { sayValue } from "../words/words";
import { hasEnded, instant, isActive, type Work, type Workload, type WorkWithHistory } from "./work";

type Fact = readonly [name: string, value: ComponentChildren];

export function Panel({ title, children }: { title: string; children: ComponentChildren }) {
    return (
        <section class="panel" aria-label={title}>
            <h2>{title}</h2>
            {children}
        </section>
    );
}

export function FactsPanel({ work }: { work: WorkWithHistory }) {
    const app = useApp();
    const facts = [ownFacts(app, work), timeFacts(app, work), toldFacts(app, work), lineFacts(app, work)];
    return (
        <Panel title={app.say("work.facts")}>
            <Facts facts={facts.flat()} />
        </Panel>
    );
}

function Facts({ facts }: { facts: readonly Fact[] }) {
    if (facts.length === 0) return null;
    return (
        <dl class="facts">
            {facts.map(([name, value]) => (
                <div key={name} class="fact">
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                </div>
            ))}
        </dl>
    );
}

function ownFacts(app: App, work: Work): Fact[] {
    const team = (
        <>
            <span class="swatch" /> {work.team || app.say("legend.noteam")}
        </>
    );
    const protection = app.say(work.preemptible ? "card.preemptible" : "card.protected");
    return [
        [app.say("card.owner"), work.owner],
        [app.say("card.team"), team],
        [app.say("card.priority"), [work.priority, protection].filter(Boolean).join(" · ")],
        [app.say("card.gpus"), gpuText(app, work)],
    ];
}

function timeFacts(app: App, work: WorkWithHistory): Fact[] {
    const facts: Fact[] = [];
    const add = (name: string, at: number | null) => {
        if (at !== null) facts.push([name, momentText(app, at)]);
    };
    add(app.say("work.booked"), instant(work.created_at));
    add(app.say("work.mayslip"), hasEnded(work) ? null : instant(work.may_start_late_until));
    add(app.say("work.started"), instant(work.started_at));
    add(app.say("card.booked"), Date.parse(work.booked_end));
    add(app.say("work.foretold"), hasEnded(work) ? null : instant(work.expected_end));
    add(app.say("work.endedword"), instant(work.ended_at));
    if (work.attempt > 1) facts.push([app.say("work.attempts"), work.attempt]);
    const { checkpoint } = work;
    if (checkpoint) {
        const when = momentText(app, Date.parse(checkpoint.saved_at));
        facts.push([
            app.say("work.checkpoint"),
            <span title={checkpoint.path}>{app.say("work.checkpointvalue", { n: checkpoint.epoch, when })}</span>,
        ]);
    }
    return facts;
}

/** What its owner has been told, for the others who look at it. */
function toldFacts(app: App, work: Work): Fact[] {
    const facts: Fact[] = [];
    const { notice, trouble } = work;
    if (notice && isActive(work)) {
        const why = sayValue(app.language.value, "notice", notice.kind);
        facts.push([app.say("card.leaves"), `${momentText(app, Date.parse(notice.deadline))} · ${why}`]);
    }
    if (trouble && !hasEnded(work)) facts.push([app.say("card.trouble"), trouble]);
    return facts;
}

function lineFacts(app: App, work: WorkWithHistory): Fact[] {
    const facts: Fact[] = [];
    const { next_holder: next, continues, continued_by } = work;
    if (next) {
        const words = app.say("work.nextvalue", { id: next.id, when: momentText(app, Date.parse(next.start)) });
        facts.push([app.say("work.next"), <WorkLink id={next.id}>{words}</WorkLink>]);
    }
    const line = [];
    if (continues) line.push(<WorkLink id={continues}>{app.say("work.continues", { id: continues })}</WorkLink>);
    if (continued_by) {
        line.push(<WorkLink id={continued_by}>{app.say("work.continuedby", { id: continued_by })}</WorkLink>);
    }
    if (line.length > 0) facts.push([app.say("work.chain"), <span class="work-line">{line}</span>]);
    return facts;
}

export function WorkloadPanel({ work: { workload } }: { work: Work }) {
    const app = useApp();
    return (
        <Panel title={app.say("work.workload")}>
            {!workload && <p class="work-quiet">{app.say("work.interactive")}</p>}
            {workload?.kind === "command" && (
                <pre class="command" tabIndex={0} role="region" aria-label={app.say("work.command")}>
                    {(workload.argv ?? []).map(quoted).join(" ")}
                </pre>
            )}
            {workload && <Facts facts={workloadFacts(app, workload)} />}
        </Panel>
    );
}

function workloadFacts(app: App, workload: Workload): Fact[] {
    const variables = Object.keys(workload.env ?? {});
    const facts: (readonly [string, ComponentChildren])[] = [
        [app.say("work.model"), workload.model],
        [app.say("work.data"), workload.data],
        [app.say("work.epochs"), workload.epochs],
        [app.say("work.imgsz"), workload.imgsz],
        [app.say("work.batch"), workload.batch],
        [app.say("work.workers"), workload.workers],
        [app.say("work.runname"), workload.name],
        ...Object.entries(workload.args ?? {}).map(
            ([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)] as const,
        ),
        [app.say("work.image"), workload.image],
        [app.say("work.mounts"), (workload.volumes ?? []).map(volumeText).join(", ")],
        [app.say("work.secretnames"), (workload.secrets ?? []).join(", ")],
        [app.say("work.pods"), podsText(workload)],
        [app.say("work.folder"), workload.workdir],
        [app.say("work.variables"), variables.join(", ")],
    ];
    return facts.filter(([, value]) => value !== null && value !== undefined && value !== "");
}

/** As a shell would take it; lines of a script keep their breaks. */
function quoted(word: string): string {
    return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`;
}

export function PreflightPanel({ work: { preflight = [] } }: { work: Work }) {
    const app = useApp();
    if (preflight.length === 0) return null;
    return (
        <Panel title={app.say("work.preflight")}>
            <ul class="findings">
                {preflight.map(({ check, ok, message }) => (
                    <li key={check} class={ok ? "good" : "bad"}>
                        <span aria-hidden="true">{ok ? "✓" : "✕"}</span>
                        <span lang="en">{message || check}</span>
                    </li>
                ))}
            </ul>
        </Panel>
    );
}
