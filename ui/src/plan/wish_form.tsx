/** The form in which a window is asked for. */

import { useEffect, useRef } from "preact/hooks";
import { useApp } from "../app/app";
import { edgesOf, lastOf } from "../time/slots";
import { addDays, dateFromText, dateToText, wallTime, type CivilDate } from "../time/zone";
import { useCalendar } from "../timeline/calendar";
import { LengthFields } from "./length_fields";
import { PRIORITIES, WHENS, type Priority, type Wish } from "./wish";

export function WishForm() {
    const app = useApp();
    const { plan } = useCalendar();
    const wish = plan.wish.value!;
    const problem = plan.problem.value;
    const first = useRef<HTMLButtonElement>(null);
    useEffect(() => first.current?.focus({ preventScroll: true }), []);
    const formats = app.formats.value;
    return (
        <form
            class="form plan-form"
            onSubmit={(event) => {
                event.preventDefault();
                void plan.ask();
            }}
        >
            <div class="switch plan-whens" role="group" aria-label={app.say("plan.when")}>
                {WHENS.map((when) => (
                    <button
                        key={when}
                        ref={when === wish.when ? first : null}
                        type="button"
                        class="choice"
                        data-when={when}
                        aria-pressed={wish.when === when}
                        onClick={() => plan.change({ when })}
                    >
                        {app.say(`plan.when.${when}`)}
                    </button>
                ))}
            </div>
            {wish.when === "deadline" && <DeadlineFields wish={wish} />}
            <GpuFields wish={wish} />
            <LengthFields wish={wish} />
            <PriorityField wish={wish} />
            <div class="form-row">
                <label class="field">
                    <span>{app.say("plan.name")}</span>
                    <input
                        name="title"
                        maxLength={200}
                        placeholder={app.say("plan.optional")}
                        value={wish.title}
                        onInput={(event) => plan.change({ title: event.currentTarget.value })}
                    />
                </label>
                <TeamField wish={wish} />
            </div>
            {problem && (
                <div class="form-problem" role="alert">
                    {problem.detail}
                    {problem.suggestions?.slice(0, 3).map(({ start, end, why }) => (
                        <div key={start} class="form-how">
                            {formats.window(Date.parse(start), Date.parse(end))}
                            {why ? ` · ${why}` : ""}
                        </div>
                    ))}
                </div>
            )}
            <button type="submit" class="primary plan-ask" disabled={plan.busy.value}>
                {app.say(plan.busy.value ? "plan.asking" : "plan.ask")}
            </button>
        </form>
    );
}

function DeadlineFields({ wish }: { wish: Wish }) {
    const app = useApp();
    const { plan } = useCalendar();
    const zone = app.zone.value;
    const formats = app.formats.value;
    const date = wallTime(wish.deadline, zone);
    const edgesOn = (day: CivilDate) => edgesOf(day, zone, app.siteZone.value, app.slotMinutes.value);
    const edges = edgesOn(date);
    // Another zone was chosen since: what was asked for stays, also if no slot of the day ends there.
    const times = edges.includes(wish.deadline) ? edges : [...edges, wish.deadline].sort((a, b) => a - b);
    /** The same time of another day. */
    const toDate = (text: string) => {
        const day = dateFromText(text);
        if (!day) return;
        const there = edgesOn(day);
        plan.change({ deadline: lastOf(there, there[0]! + wish.deadline - edges[0]!) });
    };
    const today = wallTime(app.clock.now(), zone);
    return (
        <div class="form-row">
            <label class="field plan-date">
                <span>{app.say("plan.date")}</span>
                <input
                    type="date"
                    name="date"
                    required
                    min={dateToText(today)}
                    max={dateToText(addDays(today, 366))}
                    value={dateToText(date)}
                    onInput={(event) => toDate(event.currentTarget.value)}
                />
            </label>
            <label class="field">
                <span>{app.say("plan.time")}</span>
                <select
                    name="time"
                    value={String(wish.deadline)}
                    onChange={(event) => plan.change({ deadline: Number(event.currentTarget.value) })}
                >
                    {times.map((at) => (
                        <option key={at} value={String(at)} selected={at === wish.deadline}>
                            {formats.time(at)}
                        </option>
                    ))}
                </select>
            </label>
        </div>
    );
}

/** The fleet's kinds, with how many there are of each. */
function countsOf<K>(values: Iterable<K | undefined>): [K, number][] {
    const counts = new Map<K, number>();
    for (const value of values) if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
    return [...counts];
}

function GpuFields({ wish }: { wish: Wish }) {
    const app = useApp();
    const { plan } = useCalendar();
    void app.loads.value;
    const { gpus } = app.store;
    const models = countsOf(gpus.map((gpu) => gpu.model)).sort(([a], [b]) => (a < b ? -1 : 1));
    const memories = countsOf(gpus.map((gpu) => gpu.memory_gb)).sort(([a], [b]) => a - b);
    return (
        <>
            <div class="form-row plan-gpus">
                <label class="field plan-count">
                    <span>{app.say("plan.count")}</span>
                    <input
                        type="number"
                        name="count"
                        required
                        min={1}
                        max={Math.max(1, gpus.length)}
                        value={wish.count}
                        onInput={(event) => plan.change({ count: event.currentTarget.valueAsNumber || 1 })}
                    />
                </label>
                <label class="field">
                    <span>{app.say("plan.model")}</span>
                    <select
                        name="model"
                        value={wish.model}
                        onChange={(event) => plan.change({ model: event.currentTarget.value })}
                    >
                        <option value="">{app.say("plan.model.any")}</option>
                        {models.map(([model, n]) => (
                            <option key={model} value={model}>
                                {app.say("plan.model.count", { model, n })}
                            </option>
                        ))}
                    </select>
                </label>
                <label class="field">
                    <span>{app.say("plan.memory")}</span>
                    <select
                        name="memory"
                        value={String(wish.memory)}
                        onChange={(event) => plan.change({ memory: Number(event.currentTarget.value) })}
                    >
                        <option value="0">{app.say("plan.model.any")}</option>
                        {memories.map(([n]) => (
                            <option key={n} value={String(n)}>
                                {app.say("plan.memory.least", { n })}
                            </option>
                        ))}
                    </select>
                </label>
            </div>
            <label class="check">
                <input
                    type="checkbox"
                    name="spread"
                    checked={wish.spread}
                    onChange={(event) => plan.change({ spread: event.currentTarget.checked })}
                />
                {app.say("plan.spread")}
            </label>
        </>
    );
}

/** All of them: who may not have one is told by whom it is given, when they ask for it. */
function PriorityField({ wish }: { wish: Wish }) {
    const app = useApp();
    const { plan } = useCalendar();
    return (
        <label class="field">
            <span>{app.say("plan.priority")}</span>
            <select
                name="priority"
                value={wish.priority}
                onChange={(event) => plan.change({ priority: event.currentTarget.value as Priority })}
            >
                {PRIORITIES.map((priority) => (
                    <option key={priority} value={priority}>
                        {app.say(`plan.${priority.toLowerCase() as Lowercase<Priority>}`)}
                    </option>
                ))}
            </select>
        </label>
    );
}

function TeamField({ wish }: { wish: Wish }) {
    const app = useApp();
    const { plan } = useCalendar();
    const site = app.site.value;
    const own = site?.you?.teams ?? [];
    if (site && !site.open && own.length === 1) return null;
    const known = site?.open === false ? own : (site?.teams.map(({ name }) => name) ?? []);
    return (
        <label class="field">
            <span>{app.say("plan.team")}</span>
            <input
                name="team"
                maxLength={64}
                list="plan-teams"
                placeholder={app.say("plan.optional")}
                value={wish.team}
                onInput={(event) => plan.change({ team: event.currentTarget.value })}
            />
            <datalist id="plan-teams">
                {known.map((name) => (
                    <option key={name} value={name} />
                ))}
            </datalist>
        </label>
    );
}
