/**
 * The real berthd, as built into build/release, on a data folder of its own and a clock that tests move.
 *
 *     const berth = await RealBerthd.start({ zone: "Asia/Shanghai", nodes: 8, gpusPerNode: 4 });
 *     await berth.moveClock(Date.parse("2026-11-30T06:00:00Z"));
 *     const booked = await berth.book("alice", { title, team, gpus: { count: 2 }, start: "now", hours: 4 });
 *     await berth.kill();  ...  await berth.up();
 *     await berth.clear();
 */

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Tests run in ui/. */
export const PROGRAM = resolve("../build/release/berthd");

/** Why tests on the real server are skipped; in CI they are not, and fail instead. */
export const programIsMissing =
    existsSync(PROGRAM) || process.env["CI"] ? false : `there is no ${PROGRAM}; tools/build makes it`;

export interface SiteSize {
    readonly zone: string;
    readonly nodes: number;
    readonly gpusPerNode: number;
    /** Of the node with this number, from 1; without it: node1, node2, … */
    readonly nodeName?: (number: number) => string;
    /** Further lines of its configuration, such as teams. */
    readonly rules?: readonly string[];
}

export interface Booked {
    readonly id: string;
    readonly state: string;
    readonly gpus: readonly string[];
    readonly start: string;
    readonly end: string;
}

/** Leaves its token where the test finds it, prints what the test says, and ends with the status that it says. */
const JOB = `
umask 077
printf %s "$BERTH_TOKEN" >"$ORDERS/$BERTH_RESERVATION.new"
mv "$ORDERS/$BERTH_RESERVATION.new" "$ORDERS/$BERTH_RESERVATION.token"
until [ -s "$ORDERS/$BERTH_RESERVATION.end" ]; do
    if [ -e "$ORDERS/$BERTH_RESERVATION.say" ]; then
        mv "$ORDERS/$BERTH_RESERVATION.say" "$ORDERS/$BERTH_RESERVATION.said"
        cat "$ORDERS/$BERTH_RESERVATION.said"
    fi
    sleep 0.2
done
exit "$(cat "$ORDERS/$BERTH_RESERVATION.end")"
`;

export class RealBerthd {
    private process: ChildProcess | null = null;
    private exited: Promise<unknown> = Promise.resolve();

    private constructor(
        private readonly folder: string,
        private readonly port: number,
    ) {}

    static async start(size: SiteSize): Promise<RealBerthd> {
        const folder = await mkdtemp(join(tmpdir(), "berth-page-"));
        const width = String(size.nodes).length;
        const nodes = Array.from({ length: size.nodes }, (_, i) => {
            const name = size.nodeName?.(i + 1) ?? `node${String(i + 1).padStart(width, "0")}`;
            const model = i % 4 === 3 ? "H100" : "A100";
            return `    - {name: ${name}, gpus: ${size.gpusPerNode}, model: ${model}, memory_gb: 80}`;
        });
        const config = [
            `page: ${resolve("dist")}`,
            `site: {zone: ${size.zone}, slot_hours: 2}`,
            "fleet:",
            "  detect: false",
            "  nodes:",
            ...nodes,
            "launch: {grace_seconds: 1}",
            ...(size.rules ?? []),
        ];
        await writeFile(join(folder, "berth.yaml"), config.join("\n") + "\n");
        const berth = new RealBerthd(folder, await freePort());
        await berth.up();
        return berth;
    }

    get address(): string {
        return `http://127.0.0.1:${this.port}/`;
    }

    /** Starts the server, again on the same port and data, and waits until it serves. */
    async up(): Promise<void> {
        const child = spawn(
            PROGRAM,
            [
                "--config", join(this.folder, "berth.yaml"), "--data", join(this.folder, "data"),
                "--listen", `127.0.0.1:${this.port}`, "--test-clock",
            ],
            { stdio: ["ignore", "ignore", "pipe"] },
        );
        this.process = child;
        let said = "";
        child.stderr!.on("data", (data) => (said = (said + String(data)).slice(-2000)));
        this.exited = new Promise((done) => child.once("exit", done));
        await until("berthd is ready", async () => {
            if (child.exitCode !== null) throw new Error(`berthd ended: ${said}`);
            return (await fetch(this.address + "readyz").catch(() => null))?.ok;
        });
    }

    async kill(): Promise<void> {
        this.process?.kill("SIGKILL");
        await this.exited;
    }

    /** Ends what runs, the server too, and removes its data. */
    async clear(): Promise<void> {
        if (this.process?.exitCode === null) {
            const { items } = await this.call<{ items: Booked[] }>("GET", "reservations?state=running&limit=500");
            for (const { id } of items) await this.endJob(id, 0);
            await until("every job has ended", async () => {
                const left = await this.call<{ items: Booked[] }>("GET", "reservations?state=running&limit=500");
                return left.items.every(({ id }) => !existsSync(this.order(id, "token")));
            }).catch(() => undefined);
            this.process.kill("SIGTERM");
        }
        await this.exited;
        await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
    }

    async call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
        const answer = await fetch(`${this.address}api/v1/${path}`, {
            method,
            headers: { "content-type": "application/json", ...headers },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
        return (text ? JSON.parse(text) : null) as T;
    }

    book(user: string, wish: object): Promise<Booked> {
        return this.call("POST", "reservations", wish, { "x-berth-user": user });
    }

    /** A workload that runs until `endJob`. */
    get job(): object {
        return { kind: "command", argv: ["/bin/sh", "-c", JOB], env: { ORDERS: this.folder } };
    }

    /** Reports as the running job itself would. */
    async progress(id: string, report: object): Promise<void> {
        await until(`${id} runs`, () => existsSync(this.order(id, "token")));
        const token = await readFile(this.order(id, "token"), "utf8");
        await this.call("POST", "jobs/self/progress", report, { authorization: `Bearer ${token}` });
    }

    /** Lets the running job print this, byte for byte. */
    async say(id: string, text: string): Promise<void> {
        await writeFile(this.order(id, "saying"), text);
        await rename(this.order(id, "saying"), this.order(id, "say"));
        await until(`${id} has said it`, () => !existsSync(this.order(id, "say")));
    }

    async endJob(id: string, status: number): Promise<void> {
        await writeFile(this.order(id, "end"), String(status));
    }

    async now(): Promise<number> {
        const calendar = await this.call<{ now: string }>(
            "GET",
            "calendar?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z",
        );
        return Date.parse(calendar.now);
    }

    async moveClock(instant: number): Promise<void> {
        const answer = await fetch(this.address + "test/clock", {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ now: new Date(instant).toISOString() }),
        });
        if (!answer.ok) throw new Error(`the clock does not move: ${await answer.text()}`);
    }

    async untilState(id: string, ...states: string[]): Promise<Booked> {
        let seen: Booked | undefined;
        await until(`${id} is ${states.join(" or ")}`, async () => {
            seen = await this.call<Booked>("GET", `reservations/${id}`);
            return states.includes(seen.state);
        }).catch((error: Error) => {
            throw new Error(`${error.message}; it is ${seen?.state}`);
        });
        return seen!;
    }

    private order(id: string, kind: "token" | "end" | "new" | "say" | "saying"): string {
        return join(this.folder, `${id}.${kind}`);
    }
}

async function until(what: string, holds: () => unknown): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!(await holds())) {
        if (Date.now() > deadline) throw new Error(`it did not come true in 20 s: ${what}`);
        await new Promise((resume) => setTimeout(resume, 20));
    }
}

function freePort(): Promise<number> {
    return new Promise((found) => {
        const probe = createServer().listen(0, "127.0.0.1", () => {
            const { port } = probe.address() as AddressInfo;
            probe.close(() => found(port));
        });
    });
}
