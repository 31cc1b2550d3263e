/**
 * Sorts a person's reservations into what the page shows, from what needs them now to what is over.
 *
 *     const sections = sectionsOf(works, { user: "alice", teams: ["vision"] }, now);
 *     sections.needs[0].until         the deadline that is nearest
 */

import { hasEnded, instant, isActive, isQueueJob, isWaiting, type Work } from "./work";

export interface Me {
    readonly user: string;
    readonly teams: readonly string[];
}

/** What of it needs its owner; those without a deadline come last, in this order. */
export const NEEDS = ["offer", "transfer", "check-in", "notice", "trouble", "preflight"] as const;
export type NeedKind = (typeof NEEDS)[number];

export interface Need {
    readonly kind: NeedKind;
    readonly work: Work;
    /** When it is too late. */
    readonly until: number | null;
}

export interface Sections {
    readonly needs: readonly Need[];
    readonly running: readonly Work[];
    readonly upcoming: readonly Work[];
    readonly waiting: readonly Work[];
    readonly queue: readonly Work[];
    readonly ended: readonly Work[];
}

export const RECENT = 7 * 86_400_000;
const MOST_ENDED = 20;

export function sectionsOf(works: readonly Work[], me: Me, now: number): Sections {
    const mine = works.filter((work) => work.owner === me.user && work.kind !== "maintenance");
    const queued = mine.filter((work) => isQueueJob(work) && work.state === "queued");
    return {
        needs: needsOf(works, me),
        running: mine.filter(isActive).sort(by((work) => Date.parse(work.booked_end))),
        upcoming: mine.filter(({ state }) => state === "confirmed").sort(by((work) => Date.parse(work.start))),
        waiting: mine.filter(isWaiting).sort(by(({ position }) => position ?? 0)),
        queue: queued.sort(by(({ position }) => position ?? Infinity)),
        ended: mine
            .filter((work) => hasEnded(work) && now - endOf(work) < RECENT)
            .sort(by((work) => -endOf(work)))
            .slice(0, MOST_ENDED),
    };
}

export function isOfferedTo(work: Work, me: Me): boolean {
    const { transfer } = work;
    if (!transfer || hasEnded(work)) return false;
    if (transfer.to_user) return transfer.to_user === me.user;
    return work.owner !== me.user && me.teams.includes(transfer.to_team ?? "");
}

function needsOf(works: readonly Work[], me: Me): Need[] {
    const needs: Need[] = [];
    for (const work of works) {
        if (isOfferedTo(work, me)) needs.push({ kind: "transfer", work, until: null });
        else if (work.owner === me.user) needs.push(...ownNeeds(work));
    }
    return needs.sort(
        by(({ until }) => until ?? Infinity, ({ kind }) => NEEDS.indexOf(kind), ({ work }) => Date.parse(work.start)),
    );
}

function ownNeeds(work: Work): Need[] {
    if (hasEnded(work)) return [];
    const needs: Need[] = [];
    const add = (kind: NeedKind, until: number | null = null) => needs.push({ kind, work, until });
    const mustCheckIn = isActive(work) && work.check_in_by && !work.checked_in;
    if (work.state === "offered") add("offer", instant(work.wait?.answer_by));
    if (mustCheckIn) add("check-in", instant(work.check_in_by));
    // That nobody has checked in is said by then.
    if (work.notice && isActive(work) && !(mustCheckIn && work.notice.kind === "no_show")) {
        add("notice", instant(work.notice.deadline));
    }
    if (work.trouble) add("trouble");
    if (!isActive(work) && work.preflight?.some(({ ok }) => !ok)) add("preflight", Date.parse(work.start));
    return needs;
}

function endOf(work: Work): number {
    return instant(work.ended_at) ?? Date.parse(work.end);
}

type Key<T> = (one: T) => number;

/** By the first key that tells two apart; what is equal keeps its order. */
function by<T>(...keys: readonly Key<T>[]): (a: T, b: T) => number {
    return (a, b) => {
        for (const key of keys) {
            const [left, right] = [key(a), key(b)];
            if (left !== right) return left < right ? -1 : 1;
        }
        return 0;
    };
}
