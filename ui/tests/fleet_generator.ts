/** A made-up site with a made-up week, the same for the same seed. */

import type { FleetNode, WireCalendarReservation } from "../src/api/contract";

const HOUR = 3_600_000;
const TEAMS = [
    "vision", "speech", "robotics", "retail-search", "autopilot", "medical-imaging", "mapping", "platform",
];
const OWNERS = ["alice", "bowen", "chen.li", "dmitri", "emma", "fatima", "guo.wei", "haruto", "王芳", "ines"];
const TITLES = [
    "yolov8l coco", "yolov8x night shift", "yolov8n smoke test", "prod_v8l_exp1", "lane detection", "夜间行人检测",
    "defects v12", "distil large → small", "shelf audit", "segment plaques", "ablation: imgsz 960", "drone rgb+ir",
];

export interface Site {
    readonly nodes: FleetNode[];
    readonly reservations: WireCalendarReservation[];
}

export interface SiteOptions {
    readonly nodes: number;
    readonly gpusPerNode: number;
    /** Start of the filled time, on the grid. */
    readonly from: number;
    readonly to: number;
    readonly now: number;
    readonly seed?: number;
}

export function siteOf(options: SiteOptions): Site {
    const random = randomOf(options.seed ?? 7);
    const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
    const digits = String(options.nodes).length;
    const nodes: FleetNode[] = [];
    const reservations: WireCalendarReservation[] = [];
    let id = 1;
    for (let n = 0; n < options.nodes; ++n) {
        const name = `node${String(n + 1).padStart(digits, "0")}`;
        const kind = n % 4 === 3 ? { model: "H100", memory_gb: 80 } : { model: "A100", memory_gb: 40 };
        const gpus = Array.from({ length: options.gpusPerNode }, (_, i) => ({
            id: `${name}/${i}`,
            ...kind,
            health: n === 2 && i === 1 ? "down" : "healthy",
        }));
        nodes.push({ name, gpus });
        const free = gpus.map(() => options.from - 2 * HOUR * Math.floor(random() * 8));
        const first = n * options.gpusPerNode;
        for (;;) {
            const gpu = free.indexOf(Math.min(...free));
            const start = free[gpu]! + 2 * HOUR * Math.floor(random() * random() * 12);
            if (start >= options.to - 4 * HOUR) break;
            let width = pick([1, 1, 1, 2, 2, 4, 8]);
            width = Math.min(width, options.gpusPerNode - gpu);
            for (let i = 1; i < width; ++i) if (free[gpu + i]! > start) width = i;
            const hours = pick([2, 4, 6, 8, 12, 20, 24, 32, 44]);
            const end = start + hours * HOUR;
            for (let i = 0; i < width; ++i) free[gpu + i] = end;
            if (n === 2 && gpu <= 1 && gpu + width > 1 && end > options.now) continue;
            const team = pick(TEAMS);
            const list = Array.from({ length: width }, (_, i) => first + gpu + i);
            reservations.push(bookingOf(`r-${id++}`, team, list, start, end, options.now, random, pick));
        }
    }
    return { nodes, reservations };
}

function bookingOf(
    id: string,
    team: string,
    gpus: number[],
    start: number,
    end: number,
    now: number,
    random: () => number,
    pick: <T>(list: readonly T[]) => T,
): WireCalendarReservation {
    const future = start > now;
    const chance = random();
    let state = "confirmed";
    let until = end;
    if (end <= now) {
        state = chance < 0.78 ? "completed" : chance < 0.9 ? "failed" : "cancelled";
        if (state !== "completed") until = start + Math.max(2 * HOUR, (end - start) * random());
    } else if (!future) {
        state = chance < 0.9 ? "running" : chance < 0.95 ? "overrunning" : "releasing";
    } else if (chance > 0.97) {
        state = "cancelled";
    }
    const epochs = pick([10, 100, 300]);
    const part = Math.min(1, (now - start) / (end - start));
    const running = !future && end > now;
    return {
        id,
        state,
        title: pick(TITLES),
        owner: pick(OWNERS),
        team,
        gpus,
        start: textOf(start),
        end: textOf(until),
        priority: pick(["P0", "P1", "P2", "P2", "P2", "P3"]),
        preemptible: random() < 0.6,
        progress: running
            ? {
                  epoch: Math.floor(part * epochs),
                  epochs,
                  eta_seconds: Math.round(((end - now) / 1000) * 0.9),
              }
            : null,
    };
}

export function textOf(instant: number): string {
    return new Date(instant).toISOString().replace(".000Z", "Z");
}

/** mulberry32. */
export function randomOf(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let t = Math.imul(state ^ (state >>> 15), 1 | state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}
