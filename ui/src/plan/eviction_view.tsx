/** Whom a P0 would disturb, what it costs them, and where they go on. */

import { useApp, type App } from "../app/app";
import { Icon } from "../app/icons";
import { gpuRanges } from "../time/formats";
import { MINUTE } from "../time/zone";
import { useCalendar } from "../timeline/calendar";
import { locales } from "../words/words";
import type { WireEviction, WireVictim } from "./answer";
import { circled, indexesOf } from "./plan_ghosts";

export function EvictionView({ eviction }: { eviction: WireEviction }) {
    const app = useApp();
    const { plan } = useCalendar();
    const [start, end] = [Date.parse(eviction.start), Date.parse(eviction.end)];
    const { victims } = eviction;
    return (
        <section class="plan-eviction">
            <button
                type="button"
                class="plan-window-show plan-p0"
                aria-label={app.say("plan.p0.window")}
                onClick={() => plan.show(eviction)}
            >
                <span class="plan-number">P0</span>
                <span class="plan-window-words">
                    <strong>{app.formats.value.window(start, end)}</strong>
                    <span>{gpuRanges(indexesOf(app.store.gpus, eviction.gpus), app.store.gpus)}</span>
                </span>
            </button>
            <h4>{app.say("plan.victims")}</h4>
            <ol class="plan-victims">
                {victims.map((victim, i) => (
                    <VictimItem key={victim.id} number={circled(i)} victim={victim} />
                ))}
            </ol>
            <footer class="plan-foot">
                <p class="plan-harm">
                    <span>{app.say("plan.harm")}</span>
                    <strong>{app.say("plan.hours", { n: hoursText(app, eviction.harm_gpu_hours) })}</strong>
                </p>
                <button
                    type="button"
                    class="danger plan-evict"
                    disabled={plan.busy.value}
                    onClick={() => void plan.confirmEviction()}
                >
                    <Icon name="bolt" />
                    {app.say("plan.evict")}
                </button>
            </footer>
        </section>
    );
}

function VictimItem({ number, victim }: { number: string; victim: WireVictim }) {
    const app = useApp();
    const { plan } = useCalendar();
    const { id, owner, team, again_from: from, again_to: to, again_gpus: gpus, running } = victim;
    const what = running
        ? app.say("plan.victim.running", { notice: noticeText(app) })
        : app.say("plan.victim.booked");
    const lost = victim.gpu_hours_lost > 0 && app.say("plan.victim.lost", { n: hoursText(app, victim.gpu_hours_lost) });
    const title = plan.titleOf(id);
    return (
        <li class={`plan-victim team-${app.teams.of(team)}`}>
            <span class="plan-number">{number}</span>
            <div class="plan-window-words">
                <strong>{title}</strong>
                <span>{[title === id ? "" : id, owner, team, victim.priority].filter(Boolean).join(" · ")}</span>
                <span>{[what, lost].filter(Boolean).join(" · ")}</span>
                {from && to ? (
                    <button
                        type="button"
                        class="plan-again"
                        title={app.say("plan.victim.show", { id })}
                        onClick={() => plan.show({ gpus: gpus ?? [], start: from, end: to })}
                    >
                        {app.say("plan.victim.again", {
                            window: app.formats.value.window(Date.parse(from), Date.parse(to)),
                        })}
                        <Icon name="right" />
                    </button>
                ) : (
                    <span class="plan-nowhere">{app.say("plan.victim.nowhere")}</span>
                )}
            </div>
        </li>
    );
}

export function noticeText(app: App): string {
    return app.formats.value.length((app.site.value?.rules.notice_minutes ?? 30) * MINUTE);
}

function hoursText(app: App, hours: number): string {
    const digits = hours < 10 ? 1 : 0;
    return new Intl.NumberFormat(locales[app.language.value], { maximumFractionDigits: digits }).format(hours);
}
