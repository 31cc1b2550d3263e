/** What needs its owner now: offers and hand-overs to answer, notices that run out, trouble. */

import { useApp, type App } from "../app/app";
import { useCalendar } from "../timeline/calendar";
import { sayValue, type WordKey } from "../words/words";
import { Countdown } from "./countdown";
import { ExtendButton, HandBackButton } from "./buttons";
import { fullName, gpuText, windowText, WorkLink } from "./pieces";
import type { Need } from "./sections";
import type { Work } from "./work";

/** How long before its start an unready one begins to count down. */
const SOON = 86_400_000;

export function NeedList({ needs }: { needs: readonly Need[] }) {
    const app = useApp();
    if (needs.length === 0) return null;
    return (
        <section class="work-section" aria-labelledby="work-needs">
            <h2 id="work-needs">
                {app.say("work.needs")} <span class="work-count">{needs.length}</span>
            </h2>
            <ul class="work-list" aria-live="polite">
                {needs.map((need) => (
                    <NeedCard key={`${need.kind} ${need.work.id}`} need={need} />
                ))}
            </ul>
        </section>
    );
}

export function NeedCard({ need, linked = true }: { need: Need; linked?: boolean }) {
    const app = useApp();
    const { kind, work, until } = need;
    const notes = notesOf(app, need);
    const counts = until !== null && (kind !== "preflight" || until - app.now.value < SOON);
    return (
        <li class="need" data-id={work.id} data-need={kind}>
            <div class="need-words">
                <h3>{sentenceOf(app, need)}</h3>
                <p class="work-facts">
                    {windowText(app, work)} · {gpuText(app, work)}
                </p>
                {notes.map((note) => (
                    <p key={note} class="need-note">
                        {note}
                    </p>
                ))}
                <div class="work-buttons">
                    <NeedButtons need={need} />
                    {linked && <WorkLink id={work.id}>{app.say("work.details")}</WorkLink>}
                </div>
            </div>
            {counts && <Countdown until={until} words={app.say(`work.count.${kind}` as WordKey)} />}
        </li>
    );
}

function NeedButtons({ need: { kind, work } }: { need: Need }) {
    const app = useApp();
    const { actions } = useCalendar();
    if (kind === "offer" || kind === "transfer") {
        return (
            <>
                <button type="button" class="primary" onClick={() => void actions.accept(named(work))}>
                    {app.say("work.accept")}
                </button>
                <button type="button" class="secondary" onClick={() => void actions.decline(named(work))}>
                    {app.say("work.decline")}
                </button>
            </>
        );
    }
    if (kind === "check-in") {
        return (
            <>
                <button type="button" class="primary" onClick={() => void actions.checkIn(named(work))}>
                    {app.say("work.checkin")}
                </button>
                <HandBackButton work={work} />
            </>
        );
    }
    if (kind !== "notice") return null;
    if (work.notice?.kind === "end") return <ExtendButton work={work} />;
    return work.notice?.kind === "idle" ? <HandBackButton work={work} /> : null;
}

export function named(work: Work): { id: string; title: string } {
    return { id: work.id, title: work.title ?? "" };
}

function sentenceOf(app: App, { kind, work }: Need): string {
    const why = work.notice ? sayValue(app.language.value, "notice", work.notice.kind) : "";
    const gaps = { what: fullName(work), owner: work.owner ?? "", why };
    return app.say(`work.need.${kind}` as WordKey, gaps);
}

const NOTED = new Set(["eviction", "maintenance", "end", "idle"]);

function notesOf(app: App, { kind, work }: Need): string[] {
    if (kind === "trouble") return [work.trouble ?? ""];
    if (kind === "preflight") return (work.preflight ?? []).filter(({ ok }) => !ok).map(({ message }) => message);
    if (kind === "transfer") return [app.say("work.note.transfer")];
    if (kind === "check-in") return [app.say("work.note.check-in")];
    if (kind !== "notice" || !work.notice) return [];
    const { kind: why, by } = work.notice;
    const notes = NOTED.has(why) ? [app.say(`work.note.${why}` as WordKey)] : [];
    return by ? [app.say("work.note.by", { id: by }), ...notes] : notes;
}
