/** Small pieces that the list and the details of a reservation share. */

import type { ComponentChildren } from "preact";
import { useApp, type App } from "../app/app";
import { formatRoute } from "../app/route";
import { marks } from "../site/states";
import type { Store } from "../site/store";
import { gpuRanges } from "../time/formats";
import { sayValue } from "../words/words";
import { instant, lateBy, type Work } from "./work";

export function nameOf(app: App, work: Pick<Work, "id" | "title">): string {
    return work.title || app.say("card.untitled");
}

/** As a sentence names it. */
export function fullName({ id, title }: Pick<Work, "id" | "title">): string {
    return title ? `${title} (${id})` : id;
}

export function teamClass(app: App, work: Work): string {
    void app.loads.value;
    return `team-${app.teams.of(work.team ?? "")}`;
}

export function WorkLink({ id, children }: { id: string; children?: ComponentChildren }) {
    return (
        <a class="work-link" href={formatRoute("work", null, id)}>
            {children ?? id}
        </a>
    );
}

export function StateChip({ work }: { work: Work }) {
    const app = useApp();
    const mark = work.kind === "maintenance" ? "⚒" : (marks[work.state] ?? "");
    return (
        <span class="state-chip" data-state={work.state}>
            {mark && <span aria-hidden="true">{mark} </span>}
            {sayValue(app.language.value, "state", work.state)}
        </span>
    );
}

/** `4 GPUs (A100) · node1/0–3`; of one that waits, how many it wishes for. */
export function gpuText(app: App, work: Work): string {
    if (work.gpus.length === 0) return wishText(app, work);
    void app.loads.value;
    const known = indexOf(app.store);
    const indexes = work.gpus.map((id) => known.get(id) ?? -1);
    const models = new Set(indexes.map((index) => app.store.gpus[index]?.model ?? ""));
    const count = app.say("tracks.gpus", { n: work.gpus.length });
    const model = models.size === 1 ? [...models][0] : "";
    const names = indexes.includes(-1) ? work.gpus.join(", ") : gpuRanges(indexes, app.store.gpus);
    return [model ? `${count} (${model})` : count, names].join(" · ");
}

function wishText(app: App, { asked = {} }: Work): string {
    const ids = asked.ids ?? [];
    const count = app.say("tracks.gpus", { n: ids.length || (asked.count ?? 1) });
    if (ids.length > 0) return `${count} · ${ids.join(", ")}`;
    return asked.model ? `${count} (${asked.model})` : count;
}

const indexes = new WeakMap<Store["gpus"], ReadonlyMap<string, number>>();

function indexOf({ gpus }: Store): ReadonlyMap<string, number> {
    let index = indexes.get(gpus);
    if (!index) {
        index = new Map(gpus.map(({ id }, i) => [id, i]));
        indexes.set(gpus, index);
    }
    return index;
}

/** `Wed 25 Nov 20:00` */
export function momentText(app: App, at: number): string {
    const formats = app.formats.value;
    return `${formats.day(at)} ${formats.time(at)}`;
}

export function windowText(app: App, work: Work): string {
    return app.formats.value.window(Date.parse(work.start), Date.parse(work.booked_end));
}

/** How far its job is, as a bar and in words, and when it will be done. */
export function ProgressView({ work }: { work: Work }) {
    const app = useApp();
    const { progress } = work;
    const known = progress && Number.isFinite(progress.epoch) && progress.epochs > 0;
    if (!known) return work.workload ? <p class="work-quiet">{app.say("work.noreport")}</p> : null;
    const part = Math.min(1, progress.epoch / progress.epochs);
    const words = app.say("card.epoch", { epoch: progress.epoch, epochs: progress.epochs });
    const left = progress.eta_seconds;
    const eta = left === null || left === undefined ? "" : app.say("card.eta", { time: lengthText(app, left * 1000) });
    return (
        <div class="work-progress">
            <div
                class="meter"
                role="progressbar"
                aria-label={app.say("work.progress")}
                aria-valuemin={0}
                aria-valuemax={100}
                aria-valuenow={Math.round(part * 100)}
                aria-valuetext={words}
            >
                <div class="done" style={{ width: `${part * 100}%` }} />
            </div>
            <div class="work-progress-words">
                <span>{words}</span>
                <span>{app.formats.value.share(part)}</span>
                <span>{eta}</span>
            </div>
            <Forecast work={work} />
        </div>
    );
}

const UNSURE = 60_000;

function Forecast({ work }: { work: Work }) {
    const app = useApp();
    const expected = instant(work.expected_end);
    const late = lateBy(work);
    if (expected === null || late > UNSURE || work.state === "releasing") return null;
    const spare = -late > UNSURE ? ` · ${app.say("work.spare", { time: lengthText(app, -late) })}` : "";
    return <p class="work-quiet">{app.say("work.expected", { when: momentText(app, expected) }) + spare}</p>;
}

/** Minutes matter less the longer it is. */
export function lengthText(app: App, length: number): string {
    const step = length > 10 * 3_600_000 ? 3_600_000 : 60_000;
    return app.formats.value.length(Math.round(length / step) * step);
}

export function isLate(work: Work): boolean {
    // What has been told to leave will not finish here.
    return lateBy(work) > UNSURE && work.state !== "releasing";
}
