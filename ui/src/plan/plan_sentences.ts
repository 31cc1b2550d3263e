/** What a plan says, in the page's language: the server's own sentences are in English. */

import type { WireSuggestion } from "../api/problem";
import type { App } from "../app/app";
import type { WordKey } from "../words/words";
import { peopleOf, verdictOf, type AnswerChange, type WirePlan, type WireVictim } from "./answer";
import type { GhostWords } from "./plan_ghosts";
import { wholeSlots, type Wish } from "./wish";

export function ghostWords(app: App, titleOf: (id: string) => string): GhostWords {
    const formats = app.formats.value;
    const gaps = (number: string, victim: WireVictim) => ({ number, title: titleOf(victim.id), owner: victim.owner });
    return {
        length: (start, end) => formats.length(end - start),
        urgent: () => app.say("plan.ghost.urgent"),
        victim: (number, victim) => app.say("plan.ghost.from", gaps(number, victim)),
        again: (number, victim) => app.say("plan.ghost.to", gaps(number, victim)),
    };
}

/** `Wed 2 Dec 10:00` */
export function momentOf(app: App, instant: number): string {
    const formats = app.formats.value;
    return `${formats.day(instant)} ${formats.time(instant)}`;
}

/** What was asked, in a few words each. */
export function wishParts(app: App, wish: Wish): string[] {
    const { count, model, memory, priority } = wish;
    const hours = wholeSlots(wish.hours, app.slotMinutes.value);
    const kind = [model, memory > 0 ? app.say("plan.memory.least", { n: memory }) : ""].filter(Boolean).join(" ");
    return [
        app.say("tracks.gpus", { n: count }) + (kind ? ` (${kind})` : ""),
        app.say("length.hours", { h: hours }),
        wish.when === "deadline"
            ? app.say("plan.asked.deadline", { time: momentOf(app, wish.deadline) })
            : app.say(`plan.when.${wish.when}`),
        priority,
    ];
}

export function verdictSentence(app: App, wish: Wish, answer: WirePlan): string {
    const finish = answer.earliest_finish === null ? null : Date.parse(answer.earliest_finish);
    const gaps = {
        time: finish === null ? "" : momentOf(app, finish),
        deadline: momentOf(app, wish.deadline),
        between: finish === null ? "" : app.formats.value.length(Math.abs(wish.deadline - finish)),
    };
    const verdict = verdictOf(answer);
    if (verdict === "eviction") {
        const n = peopleOf(answer.eviction!).length;
        const end = momentOf(app, Date.parse(answer.eviction!.end));
        return app.say("plan.says.eviction", { n, time: end });
    }
    if (finish === null) return app.say("plan.says.never");
    if (wish.when !== "deadline") return app.say(verdict === "yes" ? "plan.says.yes" : "plan.says.no", gaps);
    if (finish === wish.deadline) return app.say("plan.says.justintime", gaps);
    return app.say(verdict === "yes" ? "plan.says.intime" : "plan.says.late", gaps);
}

/** What is to be known of a window besides its time. */
export function windowNote(app: App, wish: Wish, window: WireSuggestion): string {
    const [start, end] = [Date.parse(window.start), Date.parse(window.end)];
    const { value: formats } = app.formats;
    const notes: string[] = [];
    if (window.gpus.length < wish.count) notes.push(app.say("plan.note.fewer", { n: window.gpus.length }));
    if (window.kind === "shorter") notes.push(app.say("plan.note.shorter", { time: formats.length(end - start) }));
    if (window.kind === "other_gpus") notes.push(app.say("plan.note.others"));
    if (wish.when === "deadline") {
        const between = formats.length(Math.abs(wish.deadline - end));
        const key: WordKey =
            end === wish.deadline ? "plan.note.justintime" : end < wish.deadline ? "plan.note.before" : "plan.note.after";
        notes.push(app.say(key, { time: between }));
    }
    return notes.join(" · ");
}

export function changeSentence(app: App, change: AnswerChange): string {
    const { value: formats } = app.formats;
    const windowOf = ({ start, end }: { start: string; end: string }) =>
        formats.window(Date.parse(start), Date.parse(end));
    switch (change.what) {
        case "verdict":
            return app.say(`plan.now.${change.to}`);
        case "gone":
        case "new":
            return app.say(`plan.change.${change.what}`, { window: windowOf(change.window) });
        case "window":
            return app.say("plan.change.window", { window: windowOf(change.eviction) });
        case "earliest":
            if (change.finish === null) return app.say("plan.says.never");
            return app.say("plan.change.earliest", { time: momentOf(app, Date.parse(change.finish)) });
        case "spared":
        case "disturbed":
            return app.say(`plan.change.${change.what}`, { id: change.victim.id, owner: change.victim.owner });
        case "moved": {
            const { id, owner, again_from: start, again_to: end } = change.victim;
            if (!start || !end) return app.say("plan.change.homeless", { id, owner });
            return app.say("plan.change.moved", { id, owner, window: windowOf({ start, end }) });
        }
    }
}
