/** Answers of the reports as a busy site would get them, made from a few curves; no random numbers. */

import type { Advice, HeatAnswer, HeatRow, HeatTotal, RowKind, Share } from "../src/heat_map/heat_answer";
import type { Figures, SummaryAnswer } from "../src/reports/summary_answer";

const HOURS = 168;
const round = (value: number) => Math.round(value * 10_000) / 10_000;

/** Full on working days from 10 to 22, thin at dawn and at the weekend; `nth` moves it a little. */
function bookedAt(hour: number, nth: number): number {
    const [day, clock] = [Math.floor(hour / 24), hour % 24];
    const daily = 0.5 + 0.46 * Math.sin(((clock - 9.5) / 24) * 2 * Math.PI);
    const weekly = day < 5 ? 1 : 0.55;
    const wave = 0.12 * Math.sin(nth * 2.1 + hour / 17);
    return Math.min(1, Math.max(0, daily * weekly * (0.62 + (nth % 4) * 0.12) + 0.16 + wave));
}

function mean(shares: readonly Share[]): Share {
    const known = shares.filter((share) => share !== null);
    return known.length ? round(known.reduce((sum, share) => sum + share, 0) / known.length) : null;
}

function totalOf(gpus: number, booked: Share[], used: Share[]): HeatTotal {
    return { gpus, booked, used, booked_share: mean(booked), used_share: mean(used) };
}

function rowOf(name: string, nth: number, gpus: number, part = 1): HeatRow {
    const booked = Array.from({ length: HOURS }, (_, hour) => round(part * bookedAt(hour, nth)));
    const used = booked.map((share, hour) => round(share * (0.7 + 0.25 * Math.sin(hour / 9 + nth))));
    return { name, ...totalOf(gpus, booked, used) };
}

const TEAMS = ["mapping", "medical-imaging", "retail", "robotics", "speech", "vision"];

export function heatAnswer(by: RowKind, nodes = 8, weeks = 4): HeatAnswer {
    const rows = {
        node: () => Array.from({ length: nodes }, (_, i) => rowOf(`node${i + 1}`, i, 4)),
        model: () => [rowOf("A100", 1, nodes * 3), rowOf("H100", 3, nodes)],
        team: () => TEAMS.map((team, i) => rowOf(team, i, nodes * 4, 0.04 + i * 0.04)),
    }[by]();
    const all = rowOf("", 2, nodes * 4);
    const monday = Date.parse("2026-11-22T16:00:00Z");
    return {
        from: new Date(monday - weeks * 7 * 86_400_000).toISOString(),
        to: "2026-11-25T12:00:00Z",
        zone: "Asia/Shanghai",
        by,
        rows,
        total: totalOf(nodes * 4, [...all.booked], [...all.used]),
        weeks: Array.from({ length: weeks + 1 }, (_, i) => ({
            from: new Date(monday + (i - weeks) * 7 * 86_400_000).toISOString(),
            booked_share: round(0.55 + 0.06 * i + 0.05 * Math.sin(i * 2)),
            used_share: round(0.45 + 0.05 * i + 0.06 * Math.sin(i * 1.7)),
            lost_gpu_hours: 40 + 13 * i,
        })),
        advice: ADVICE,
    };
}

const ADVICE: Advice[] = [
    {
        kind: "buy",
        model: "H100",
        text: {
            en: "H100: 93 % booked in the busiest quarter of Mon-Fri 9-21, 14 wishes waited 11 h at the median: 4 more would have cleared it.",
            zh: "H100：周一至周五 9–21 点最忙的四分之一时段已预约 93%，14 个需求等待，中位数 11 小时；再有 4 块即可全部满足。",
        },
    },
    {
        kind: "enough",
        model: "A100",
        text: { en: "A100: never above 55 %: no more needed.", zh: "A100：预约率从未超过 55%，无需再购。" },
    },
];

function figuresOf(nth: number, part: number): Figures {
    const booked = round(2400 * part);
    return {
        reservations: Math.round(180 * part),
        queue_jobs: Math.round(60 * part),
        booked_gpu_hours: booked,
        used_gpu_hours: round(booked * (0.7 + 0.04 * (nth % 5))),
        lost_gpu_hours: round(booked * 0.02 * (nth % 4)),
        utilisation: nth === 3 ? null : round(0.7 + 0.04 * (nth % 5)),
        completed: Math.round(140 * part),
        cancelled: Math.round(22 * part) + (nth % 3),
        cancelled_late: nth % 3,
        no_shows: nth % 4,
        failed: nth % 5,
        evicted: nth % 2,
        wishes: Math.round(20 * part),
        wishes_given_up: nth % 2,
        median_wait_hours: nth % 2 ? null : 2.5 + nth,
        ninetieth_wait_hours: nth % 2 ? null : 11.25 + nth,
        median_queue_hours: 0.4,
        ninetieth_queue_hours: 1.75,
    };
}

const PEOPLE: readonly (readonly [name: string, team: string])[] = [
    ["haruto", "mapping"], ["fatima", "medical-imaging"], ["ines", "retail"], ["chen.li", "robotics"],
    ["dmitri", "robotics"], ["bowen", "speech"], ["emma", "speech"], ["alice", "vision"], ["王芳", "vision"],
];

export function summaryAnswer(weeks = 4): SummaryAnswer {
    const { from, to, zone, weeks: loads } = heatAnswer("node", 8, weeks);
    return {
        from,
        to,
        zone,
        total: figuresOf(2, 1),
        teams: TEAMS.map((name, i) => ({ name, ...figuresOf(i, 0.1 + i * 0.04) })),
        people: PEOPLE.map(([name, team], i) => ({ name, team, ...figuresOf(i, 0.05 + i * 0.02) })),
        weeks: loads.map((week, i) => ({ from: week.from, ...figuresOf(i, 0.15 + i * 0.03) })),
    };
}
