/** What an event says beyond its kind, in a line. */

import { Formats } from "../time/formats";
import { say, sayValue, type Gaps, type WordKey } from "../words/words";
import { instantIn, listIn, numberIn, objectIn, textIn, textsIn, type JournalEvent } from "./audit_row";

export function eventDetail(kind: string, event: JournalEvent, formats: Formats): string {
    const words = new EventWords(event, formats);
    const parts = details[kind]?.(words) ?? [];
    return parts.filter((part) => part !== null && part !== "").join(" · ");
}

type Part = string | null;

const details: Readonly<Record<string, (words: EventWords) => Part[]>> = {
    fleet_declared: (it) => [it.say("tracks.gpus", { n: listIn(it.event, "gpus").length })],
    gpu_health_changed: (it) => [it.gpus(), it.value("health", "health")],
    reservation_confirmed: (it) => it.inner("reservation").booking(),
    reservation_waitlisted: (it) => it.inner("reservation").booking(),
    job_queued: (it) => it.inner("reservation").queueJob(),
    window_offered: (it) => [it.window(), it.gpus(), it.at("answer_by", "detail.answerby")],
    window_booked: (it) => [it.window(), it.gpus()],
    reservation_changed: (it) => [it.text("title"), it.window(), it.gpus()],
    reservation_moved: (it) => [it.window(), it.gpus(), it.text("why")],
    reservation_displaced: (it) => [it.with("by", "detail.for", "id"), it.text("why")],
    reservation_starting: (it) => [it.attempt()],
    reservation_running: (it) => [it.at("check_in_by", "detail.checkinby")],
    overrun_granted: (it) => [it.at("until", "detail.until")],
    notice_given: (it) => it.inner("notice").notice(),
    eviction_planned: (it) => [it.with("by", "detail.for", "id"), it.at("at", "detail.until")],
    eviction_called_off: (it) => [it.at("end", "detail.until")],
    reservation_continued: (it) => [it.with("continued_by", "detail.in", "id")],
    reservation_releasing: (it) => [
        it.value("outcome", "state"),
        it.text("detail"),
        it.at("deadline", "detail.until"),
    ],
    reservation_ended: (it) => [it.value("state", "state"), it.exit(), it.text("detail")],
    reservation_transferred: (it) => [it.handover()],
    transfer_offered: (it) => [it.receiver()],
    use_changed: (it) => [it.at("idle_since", "detail.idle") ?? it.say("detail.inuse")],
    expected_end_changed: (it) => [it.at("expected_end", "detail.expected")],
    checkpoint_saved: (it) => [it.inner("checkpoint").number("epoch", "detail.epoch")],
    reservation_troubled: (it) => [it.text("trouble") ?? it.say("detail.untroubled")],
    preflight_reported: (it) => it.preflight(),
    snapshot_taken: (it) => [it.number("through", "detail.row")],
};

class EventWords {
    constructor(
        readonly event: JournalEvent,
        private readonly formats: Formats,
    ) {}

    inner(name: string): EventWords {
        return new EventWords(objectIn(this.event, name), this.formats);
    }

    say(key: WordKey, gaps: Gaps = {}): string {
        return say(this.formats.language, key, gaps);
    }

    text(name: string): Part {
        return textIn(this.event, name);
    }

    value(name: string, group: "state" | "health" | "notice"): Part {
        const value = this.text(name);
        return value === null ? null : sayValue(this.formats.language, group, value);
    }

    at(name: string, key: WordKey): Part {
        const instant = instantIn(this.event, name);
        return instant === null ? null : this.say(key, { time: momentText(this.formats, instant) });
    }

    number(name: string, key: WordKey): Part {
        const n = numberIn(this.event, name);
        return n === null ? null : this.say(key, { n });
    }

    with(name: string, key: WordKey, gap: string): Part {
        const value = this.text(name);
        return value === null ? null : this.say(key, { [gap]: value });
    }

    window(): Part {
        const [start, end] = [instantIn(this.event, "start"), instantIn(this.event, "end")];
        return start === null || end === null ? null : this.formats.window(start, end);
    }

    gpus(): Part {
        return idRanges(textsIn(this.event, "gpus"));
    }

    booking(): Part[] {
        return [this.text("title"), this.window(), this.gpus() || this.asked()];
    }

    queueJob(): Part[] {
        const minutes = numberIn(this.event, "limit_minutes");
        const limit = minutes === null ? null : this.formats.length(minutes * 60_000);
        return [this.text("title"), limit && this.say("detail.limit", { time: limit }), this.asked()];
    }

    notice(): Part[] {
        return [this.value("kind", "notice"), this.at("deadline", "detail.until"), this.with("by", "detail.for", "id")];
    }

    attempt(): Part {
        return (numberIn(this.event, "attempt") ?? 1) > 1 ? this.number("attempt", "detail.attempt") : null;
    }

    exit(): Part {
        const code = numberIn(this.event, "exit_code");
        return code === null || code === 0 ? null : this.say("detail.exit", { code });
    }

    handover(): string {
        const to = [this.text("owner"), this.text("team")].filter(Boolean).join(", ");
        const from = this.text("from");
        return from ? `${from} → ${to}` : this.say("detail.to", { who: to });
    }

    receiver(): Part {
        const to = objectIn(this.event, "to");
        const who = [textIn(to, "to_user"), textIn(to, "to_team")].filter(Boolean).join(", ");
        return who ? this.say("detail.to", { who }) : null;
    }

    preflight(): Part[] {
        const findings = listIn(this.event, "findings") as readonly ({ ok?: boolean; message?: string } | null)[];
        const failed = findings.filter((finding) => finding?.ok === false);
        if (failed.length > 0) return failed.map((finding) => finding?.message ?? null);
        return [this.say("detail.passed", { n: findings.length })];
    }

    /** So many GPUs, as long as nobody knows which. */
    private asked(): Part {
        const count = numberIn(objectIn(this.event, "asked"), "count");
        return count === null ? null : this.say("tracks.gpus", { n: count });
    }
}

export function momentText(formats: Formats, instant: number): string {
    return `${formats.day(instant)} ${formats.time(instant)}`;
}

/** `node1/0–3, node2/5`: neighbours on one node in one word. */
export function idRanges(ids: readonly string[]): string {
    const runs: { node: string; first: string; last: string }[] = [];
    for (const id of ids) {
        const slash = id.lastIndexOf("/");
        const [node, index] = [id.slice(0, slash), id.slice(slash + 1)];
        const run = runs.at(-1);
        if (run?.node === node && Number(index) === Number(run.last) + 1) run.last = index;
        else runs.push({ node, first: index, last: index });
    }
    return runs
        .map(({ node, first, last }) => `${node}/${first}${first === last ? "" : `–${last}`}`)
        .join(", ");
}
