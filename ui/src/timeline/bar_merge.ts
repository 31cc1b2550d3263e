/**
 * Bars too narrow to be told apart become one block per team: neighbours in time on the same GPUs.
 * So a month of short jobs has as few elements as a day of them.
 */

import type { Bar } from "../site/store";

/** A bar and its pixels along the time. */
export interface Placed {
    readonly bar: Bar;
    readonly left: number;
    readonly right: number;
}

export interface Block {
    readonly key: string;
    readonly first: Bar;
    readonly bars: number;
    readonly left: number;
    readonly right: number;
}

/** Narrower than this, a bar is only a line. */
export const NARROWEST = 3;
const GAP = 2;

interface Open {
    first: Placed;
    bars: number;
    left: number;
    right: number;
}

/** `placed` come by start; `alone` names bars that must stay bars, such as the one with the focus. */
export function mergeNarrow(
    placed: readonly Placed[],
    alone: (bar: Bar) => boolean,
): { bars: Placed[]; blocks: Block[] } {
    const bars: Placed[] = [];
    const blocks: Block[] = [];
    const open = new Map<string, Open>();
    const close = (track: string) => {
        const run = open.get(track);
        if (!run) return;
        open.delete(track);
        if (run.bars === 1) bars.push(run.first);
        else {
            const { first, bars: count, left, right } = run;
            blocks.push({ key: `${first.bar.key}+`, first: first.bar, bars: count, left, right });
        }
    };
    for (const one of placed) {
        const { bar, left, right } = one;
        const track = `${bar.first}+${bar.count}`;
        if (right - left >= NARROWEST || alone(bar)) {
            close(track);
            bars.push(one);
            continue;
        }
        const run = open.get(track);
        const joins = run && run.first.bar.reservation.team === bar.reservation.team && left - run.right <= GAP;
        if (joins) {
            ++run.bars;
            run.right = Math.max(run.right, right);
        } else {
            close(track);
            open.set(track, { first: one, bars: 1, left, right });
        }
    }
    for (const track of [...open.keys()]) close(track);
    return { bars, blocks };
}
