/** Yes or no in words, the windows by their numbers on the tracks, and of a no what would help. */

import { useEffect, useRef } from "preact/hooks";
import type { WireSuggestion } from "../api/problem";
import { useApp } from "../app/app";
import { Icon } from "../app/icons";
import { useCalendar } from "../timeline/calendar";
import { freeWindows, keyOf, verdictOf, type WirePlan } from "./answer";
import { EvictionView } from "./eviction_view";
import { indexesOf } from "./plan_ghosts";
import { changeSentence, momentOf, verdictSentence, windowNote, wishParts } from "./plan_sentences";
import type { Asked } from "./planning";
import { latestStart, type Wish } from "./wish";

const MOST_CHANGES = 4;

export function AnswerView({ asked }: { asked: Asked }) {
    const app = useApp();
    const { plan } = useCalendar();
    const { wish, answer } = asked;
    const verdict = verdictOf(answer);
    const heading = useRef<HTMLHeadingElement>(null);
    useEffect(() => heading.current?.focus({ preventScroll: true }), []);
    return (
        <div class="plan-answer">
            <div class="plan-asked">
                <ul class="plan-wish">
                    {wishParts(app, wish).map((part) => (
                        <li key={part}>{part}</li>
                    ))}
                </ul>
                <button type="button" class="quiet plan-edit" onClick={() => plan.edit()}>
                    {app.say("plan.edit")}
                </button>
            </div>
            <Changes />
            <section class={`plan-verdict ${verdict}`} aria-live="polite">
                <h3 ref={heading} tabIndex={-1}>
                    {app.say(`plan.${verdict}`)}
                </h3>
                <p>{verdictSentence(app, wish, answer)}</p>
                <Odds answer={answer} />
                <small lang="en">{answer.summary}</small>
            </section>
            {answer.eviction && <EvictionView eviction={answer.eviction} />}
            <Windows wish={wish} answer={answer} />
            {!answer.feasible && <Help wish={wish} answer={answer} />}
        </div>
    );
}

function Changes() {
    const app = useApp();
    const { plan } = useCalendar();
    const changes = plan.changes.value;
    if (changes.length === 0) return null;
    return (
        <div class="plan-changes" role="status">
            <strong>{app.say("plan.changed")}</strong>
            <ul>
                {changes.slice(0, MOST_CHANGES).map((change) => {
                    const sentence = changeSentence(app, change);
                    return <li key={sentence}>{sentence}</li>;
                })}
            </ul>
            <button type="button" class="quiet" onClick={() => (plan.changes.value = [])}>
                {app.say("plan.seen")}
            </button>
        </div>
    );
}

function Odds({ answer }: { answer: WirePlan }) {
    const app = useApp();
    const kept = answer.odds?.kept;
    // "100 %" would promise what nobody can.
    if (kept === null || kept === undefined || kept >= 0.995) return null;
    return (
        <p class="plan-odds" title={answer.odds!.why}>
            {app.say("plan.odds", { share: app.formats.value.share(kept) })}
        </p>
    );
}

function Windows({ wish, answer }: { wish: Wish; answer: WirePlan }) {
    const app = useApp();
    const windows = freeWindows(answer);
    if (windows.length === 0) return null;
    return (
        <section>
            <h4>{app.say(answer.feasible ? "plan.windows" : "plan.windows.instead")}</h4>
            <ol class="plan-windows">
                {windows.map((window, i) => (
                    <WindowItem key={keyOf(window)} n={i + 1} wish={wish} window={window} />
                ))}
            </ol>
        </section>
    );
}

function WindowItem({ n, wish, window }: { n: number; wish: Wish; window: WireSuggestion }) {
    const app = useApp();
    const { plan } = useCalendar();
    const key = keyOf(window);
    const isChosen = plan.chosen.value === key;
    const note = windowNote(app, wish, window);
    const gpus = indexesOf(app.store.gpus, window.gpus);
    return (
        <li class={`plan-window${isChosen ? " chosen" : ""}`}>
            <button
                type="button"
                class="plan-window-show"
                aria-pressed={isChosen}
                title={app.say("plan.show", { n })}
                onClick={() => plan.choose(key)}
            >
                <span class="plan-number">{n}</span>
                <span class="plan-window-words">
                    <strong>{app.formats.value.window(Date.parse(window.start), Date.parse(window.end))}</strong>
                    <span>{[app.formats.value.gpusInShort(gpus, app.store.gpus), note].filter(Boolean).join(" · ")}</span>
                </span>
            </button>
            {isChosen && (
                <div class="plan-window-acts">
                    <button
                        type="button"
                        class="primary plan-book"
                        disabled={plan.busy.value}
                        onClick={() => void plan.book(window)}
                    >
                        {app.say("plan.book")}
                    </button>
                    <button
                        type="button"
                        class="quiet plan-more"
                        disabled={plan.busy.value}
                        onClick={() => void plan.bookWithMore(window)}
                    >
                        {app.say("plan.book.more")}
                    </button>
                </div>
            )}
        </li>
    );
}

/** What would make a no a yes. */
function Help({ wish, answer }: { wish: Wish; answer: WirePlan }) {
    const app = useApp();
    const { plan } = useCalendar();
    const { grid } = plan;
    const canWait = wish.when === "deadline" && latestStart(wish, grid) > app.now.value;
    const you = app.site.value?.you;
    const mayBeUrgent = wish.priority !== "P0" && (you?.priorities.includes("P0") ?? true);
    const refused = answer.eviction_refused;
    if (!canWait && !mayBeUrgent && !refused && answer.advice.length === 0) return null;
    return (
        <section class="plan-help">
            <h4>{app.say("plan.help")}</h4>
            {canWait && (
                <div class="plan-way">
                    <button type="button" class="secondary plan-wait" disabled={plan.busy.value} onClick={() => void plan.wait()}>
                        {app.say("plan.wait")}
                    </button>
                    <span>{app.say("plan.wait.how", { time: momentOf(app, latestStart(wish, grid)) })}</span>
                </div>
            )}
            {mayBeUrgent && (
                <div class="plan-way">
                    <button type="button" class="secondary plan-urgent" disabled={plan.busy.value} onClick={() => void plan.askAsP0()}>
                        <Icon name="bolt" />
                        {app.say("plan.urgent")}
                    </button>
                    <span>{app.say("plan.urgent.how")}</span>
                </div>
            )}
            {refused && (
                <p class="form-problem">
                    {app.say("plan.refused")}
                    <small lang="en">{refused.detail}</small>
                </p>
            )}
            {answer.advice.length > 0 && (
                <ul class="plan-advice" lang="en">
                    {answer.advice.map((sentence) => (
                        <li key={sentence}>{sentence}</li>
                    ))}
                </ul>
            )}
        </section>
    );
}
