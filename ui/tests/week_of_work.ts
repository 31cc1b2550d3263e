/** A week as a busy site of 8 × 4 GPUs really has it, booked and run on a real berthd. */

import { weekOf, type Period } from "../src/time/time_scale";
import { addDays, mondayOf, wallTime } from "../src/time/zone";
import type { Booked, RealBerthd } from "./real_berthd";

const HOUR = 3_600_000;

/** Hours count from Monday 00:00 in the site's zone. */
interface Plan {
    readonly node: number;
    /** First and last GPU on the node. */
    readonly gpus: readonly [number, number];
    readonly from: number;
    readonly to: number;
    readonly who: string;
    readonly title: string;
    /** How a job ends before its window does, and when; or how far one that still runs is. */
    readonly fails?: number;
    readonly finishes?: number;
    readonly cancelled?: number;
    readonly epoch?: readonly [epoch: number, epochs: number];
}

const TEAMS: Readonly<Record<string, string>> = {
    "alice": "vision", "wang.fang": "vision", "bowen": "speech", "emma": "speech", "chen.li": "robotics",
    "dmitri": "robotics", "fatima": "medical-imaging", "haruto": "mapping", "ines": "retail",
};

const plan = (
    node: number, gpus: readonly [number, number], from: number, to: number, who: string, title: string,
    fate: Pick<Plan, "fails" | "finishes" | "cancelled" | "epoch"> = {},
): Plan => ({ node, gpus, from, to, who, title, ...fate });

/** Wednesday, 14:20. */
export const NOW_HOURS = 62 + 1 / 3;

const PLANS: readonly Plan[] = [
    plan(1, [0, 3], 8, 40, "alice", "yolov8l coco, 1280 px"),
    plan(1, [0, 1], 44, 84, "wang.fang", "夜间行人检测 v8l", { epoch: [138, 300] }),
    plan(1, [2, 3], 46, 72, "alice", "yolov8m baseline", { epoch: [67, 100] }),
    plan(1, [2, 3], 76, 104, "alice", "ablation: imgsz 960"),
    plan(1, [0, 1], 88, 128, "wang.fang", "夜间行人检测 v8x"),
    plan(1, [2, 3], 108, 156, "alice", "distil large → small"),
    plan(1, [0, 1], 134, 166, "wang.fang", "export and calibrate"),

    plan(2, [0, 1], 10, 34, "bowen", "wav2vec fine-tune"),
    plan(2, [2, 3], 14, 38, "emma", "keyword spotter v4", { fails: 23 }),
    plan(2, [2, 3], 40, 58, "emma", "keyword spotter v4b"),
    plan(2, [0, 1], 38, 74, "bowen", "conformer-L, noisy set", { epoch: [41, 60] }),
    plan(2, [2, 3], 60, 96, "emma", "far-field denoiser", { epoch: [3, 40] }),
    plan(2, [0, 1], 80, 120, "bowen", "conformer-L, 2nd stage"),
    plan(2, [2, 3], 100, 132, "emma", "keyword spotter v5"),
    plan(2, [0, 3], 136, 164, "bowen", "streaming ASR"),

    plan(3, [0, 0], 10, 20, "dmitri", "grasp net smoke test"),
    plan(3, [1, 3], 12, 52, "chen.li", "bin picking rgb-d"),
    plan(3, [0, 0], 24, 50, "dmitri", "grasp net"),
    plan(3, [0, 3], 56, 90, "chen.li", "bin picking, 4 cameras", { epoch: [22, 120] }),
    plan(3, [0, 1], 94, 126, "dmitri", "grasp net, sim2real"),
    plan(3, [2, 3], 96, 140, "chen.li", "lane detection"),
    plan(3, [0, 1], 130, 160, "dmitri", "tactile fusion"),

    plan(4, [0, 3], 6, 54, "fatima", "segment plaques, 3-D"),
    plan(4, [0, 3], 58, 106, "fatima", "segment plaques, fold 2", { epoch: [9, 100] }),
    plan(4, [0, 3], 110, 158, "fatima", "segment plaques, fold 3"),

    plan(5, [0, 1], 8, 32, "haruto", "drone rgb+ir"),
    plan(5, [2, 3], 8, 44, "ines", "shelf audit", { finishes: 36 }),
    plan(5, [0, 1], 36, 60, "haruto", "road edges v3"),
    plan(5, [2, 3], 48, 68, "ines", "price tags", { epoch: [171, 200] }),
    plan(5, [0, 1], 62, 92, "haruto", "road edges v4", { epoch: [1, 80] }),
    plan(5, [2, 3], 72, 100, "ines", "shelf audit, 40 shops"),
    plan(5, [0, 1], 96, 144, "haruto", "tiles, whole province"),
    plan(5, [2, 3], 104, 122, "ines", "planogram match"),
    plan(5, [2, 3], 126, 162, "ines", "shelf audit, night"),

    plan(6, [0, 0], 10, 22, "wang.fang", "yolov8n probe"),
    plan(6, [1, 1], 10, 30, "emma", "voice activity"),
    plan(6, [2, 3], 10, 46, "dmitri", "depth from stereo"),
    plan(6, [0, 1], 34, 56, "alice", "helmets and vests"),
    plan(6, [2, 3], 50, 78, "dmitri", "depth from stereo, hd", { epoch: [44, 100] }),
    plan(6, [0, 1], 58, 82, "alice", "helmets, night shift", { epoch: [18, 100] }),
    plan(6, [0, 1], 86, 112, "alice", "helmets, all sites"),
    plan(6, [2, 3], 82, 118, "wang.fang", "smoke and fire"),
    plan(6, [0, 3], 122, 154, "wang.fang", "yolov8x coco"),

    plan(7, [0, 3], 12, 36, "chen.li", "world model, part 1"),
    plan(7, [0, 1], 40, 64, "chen.li", "world model, part 2", { epoch: [93, 100] }),
    plan(7, [2, 3], 42, 60, "haruto", "crosswalks", { fails: 51 }),
    plan(7, [2, 3], 62, 86, "haruto", "crosswalks, again", { epoch: [2, 50] }),
    plan(7, [0, 1], 66, 98, "chen.li", "world model, part 3"),
    plan(7, [2, 3], 90, 124, "ines", "barcode reader"),
    plan(7, [0, 1], 102, 136, "haruto", "lidar labels", { cancelled: 60 }),
    plan(7, [2, 3], 128, 160, "haruto", "lidar labels v2"),
    plan(7, [0, 1], 140, 164, "chen.li", "world model, eval"),

    plan(8, [0, 3], 8, 48, "bowen", "tts, 12 speakers"),
    plan(8, [0, 3], 52, 86, "emma", "tts, 48 speakers", { epoch: [30, 100] }),
    plan(8, [0, 1], 90, 130, "fatima", "retina screening"),
    plan(8, [2, 3], 90, 114, "ines", "fruit counting"),
    plan(8, [2, 3], 118, 150, "fatima", "retina, second reader"),
    plan(8, [0, 1], 134, 162, "bowen", "tts, distilled"),
];

/** The first whole week that lies before the server's clock: it only goes forward. */
export async function nextWeek(berth: RealBerthd, zone: string): Promise<Period> {
    const monday = mondayOf(wallTime(await berth.now(), zone));
    return weekOf(addDays(monday, 7), zone, 120);
}

/** Books the week on its Monday morning and lives it until Wednesday noon. */
export async function liveTheWeek(berth: RealBerthd, week: Period): Promise<void> {
    const at = (hours: number) => week.from + hours * HOUR;
    await berth.moveClock(at(0));
    const booked = new Map<Plan, Booked>();
    for (const one of PLANS) booked.set(one, await book(berth, week, one));
    const idOf = (one: Plan) => booked.get(one)!.id;

    const deeds: { at: number; order: number; act: () => Promise<unknown> }[] = [];
    for (const one of PLANS) {
        const id = idOf(one);
        const early = one.fails ?? one.finishes;
        if (one.from < NOW_HOURS) {
            deeds.push({ at: one.from, order: 1, act: () => berth.untilState(id, "running") });
        }
        if (one.cancelled !== undefined) {
            const reason = { reason: "superseded by v2" };
            const who = { "x-berth-user": one.who };
            deeds.push({
                at: one.cancelled,
                order: 2,
                act: () => berth.call("POST", `reservations/${id}/cancel`, reason, who),
            });
        } else if (early !== undefined || one.to < NOW_HOURS) {
            const end = early ?? one.to - 0.1;
            const status = one.fails === undefined ? 0 : 1;
            const state = status === 0 ? "completed" : "failed";
            deeds.push({
                at: end,
                order: 0,
                act: async () => {
                    await berth.endJob(id, status);
                    await berth.untilState(id, state);
                },
            });
        }
    }
    deeds.sort((a, b) => a.at - b.at || a.order - b.order);
    for (const deed of deeds) {
        await berth.moveClock(Math.max(at(deed.at), await berth.now()));
        await deed.act();
    }
    await berth.moveClock(at(NOW_HOURS));
    for (const one of PLANS) {
        if (!one.epoch) continue;
        const [epoch, epochs] = one.epoch;
        const eta_seconds = Math.round(((NOW_HOURS - one.from) * 3600 * (epochs - epoch)) / epoch);
        await berth.progress(idOf(one), { epoch, epochs, eta_seconds });
    }
}

function book(berth: RealBerthd, week: Period, one: Plan): Promise<Booked> {
    const [first, last] = one.gpus;
    const ids = Array.from({ length: last - first + 1 }, (_, i) => `node${one.node}/${first + i}`);
    return berth.book(one.who, {
        title: one.title,
        team: TEAMS[one.who],
        gpus: { ids },
        start: new Date(week.from + one.from * HOUR).toISOString().replace(".000Z", "Z"),
        hours: one.to - one.from,
        workload: berth.job,
    });
}
