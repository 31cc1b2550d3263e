/**
 * A server that plays the page's side of the API from memory, with the strictest content policy.
 *
 *     const server = await PlayServer.start(dist, { now, zone, site });
 *     server.change("r-1", { start, end }, "reservation_moved");
 *     server.occupy([{ node, name, owner, gpus, since }]);
 *     server.goAway();  ...  await server.comeBack();
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { AddressInfo, Socket } from "node:net";
import type { Progress, WireCalendarReservation, WireOccupant } from "../src/api/contract";
import { textOf, type Site } from "./fleet_generator";

export interface Play {
    readonly now: number;
    readonly zone: string;
    readonly site: Site;
    readonly simulatedGpus?: boolean;
    readonly simulatedClock?: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
};

export class PlayServer {
    /** Paths asked for, newest last. */
    readonly asked: string[] = [];
    readonly resumedFrom: string[] = [];
    notModified = 0;
    private server: Server | null = null;
    private readonly streams = new Set<ServerResponse>();
    private readonly sockets = new Set<Socket>();
    private readonly journal: { seq: number; text: string }[] = [];
    private readonly reservations = new Map<string, WireCalendarReservation>();
    private readonly gpuIds: string[];
    private occupants: readonly WireOccupant[] = [];
    private revision = 100;
    private port = 0;

    private constructor(
        private readonly dist: string,
        private readonly play: Play,
    ) {
        for (const reservation of play.site.reservations) {
            this.reservations.set(reservation.id, reservation);
        }
        this.gpuIds = play.site.nodes.flatMap((node) => node.gpus.map((gpu) => gpu.id));
    }

    static async start(dist: string, play: Play): Promise<PlayServer> {
        const server = new PlayServer(dist, play);
        await server.comeBack();
        return server;
    }

    get address(): string {
        return `http://127.0.0.1:${this.port}/`;
    }

    get followers(): number {
        return this.streams.size;
    }

    async comeBack(): Promise<void> {
        const server = createServer((request, response) => void this.answer(request, response));
        server.on("connection", (socket) => {
            this.sockets.add(socket);
            socket.on("close", () => this.sockets.delete(socket));
        });
        await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
        this.port = (server.address() as AddressInfo).port;
        this.server = server;
    }

    /** Closes every connection and refuses new ones. */
    async goAway(): Promise<void> {
        const { server } = this;
        this.server = null;
        if (!server) return;
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        for (const socket of this.sockets) socket.destroy();
        await closed;
    }

    /** Changes or adds a reservation and tells everyone who follows. */
    change(id: string, fields: Partial<WireCalendarReservation>, kind: string): void {
        const before = this.reservations.get(id);
        const after = { ...before, ...fields, id } as WireCalendarReservation;
        this.reservations.set(id, after);
        const seq = this.revision + 1;
        const gpus = after.gpus.map((gpu) => this.gpuIds[gpu]!);
        const { progress: _, ...rest } = after;
        const reservation = { ...rest, gpus, revision: seq };
        this.publish(kind, { reservation });
    }

    /** These, and nobody else, use GPUs without a reservation. */
    occupy(occupants: readonly WireOccupant[]): void {
        const kind = occupants.length > this.occupants.length ? "occupant_came" : "occupant_left";
        this.occupants = occupants;
        this.publish(kind, { reservation: null });
    }

    private publish(kind: string, content: object): void {
        const seq = ++this.revision;
        const data = JSON.stringify({ sequence: seq, time: textOf(this.play.now), kind, ...content });
        const text = `id: ${seq}\nevent: ${kind}\ndata: ${data}\n\n`;
        this.journal.push({ seq, text });
        for (const stream of this.streams) stream.write(text);
    }

    progress(id: string, progress: Progress): void {
        const known = this.reservations.get(id)!;
        this.reservations.set(id, { ...known, progress });
        const data = JSON.stringify({ reservation: id, ...progress });
        for (const stream of this.streams) stream.write(`event: progress\ndata: ${data}\n\n`);
    }

    get(id: string): WireCalendarReservation {
        return this.reservations.get(id)!;
    }

    private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const url = new URL(request.url ?? "/", "http://localhost");
        this.asked.push(url.pathname + url.search);
        if (url.pathname === "/api/v1/calendar") return this.calendar(url, request, response);
        if (url.pathname === "/api/v1/site") return this.site(request, response);
        if (url.pathname === "/api/v1/events") return this.follow(request, response);
        const [, id] = /^\/api\/v1\/reservations\/([^/]+)(\/actions)?$/.exec(url.pathname) ?? [];
        if (id) return this.reservation(id, url.pathname.endsWith("/actions"), response);
        await this.file(url.pathname === "/" ? "/index.html" : url.pathname, response);
    }

    private async file(path: string, response: ServerResponse): Promise<void> {
        try {
            const content = await readFile(join(this.dist, path.replaceAll("..", "")));
            response.writeHead(200, {
                "content-type": TYPES[extname(path)] ?? "application/octet-stream",
                "content-security-policy": "default-src 'self'",
            });
            response.end(content);
        } catch {
            response.writeHead(404).end();
        }
    }

    /** A site without rules, where everybody may do everything. */
    private site(request: IncomingMessage, response: ServerResponse): void {
        const user = request.headers["x-berth-user"];
        const you = user && { user, teams: [], leads: [], operator: false, priorities: ["P0", "P1", "P2", "P3"], unpreemptible: true };
        const rules = { reason_required: [], notice_minutes: 30, offer_minutes: 15, check_in_minutes: 30, idle_minutes: null, overrun_share: 0.1, overrun_most_minutes: 300 };
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify({ open: true, you: you || null, teams: [], rules }));
    }

    /** Nobody may do anything to it. */
    private reservation(id: string, isActions: boolean, response: ServerResponse): void {
        const { gpus, ...rest } = this.get(id);
        const reservation = { ...rest, gpus: gpus.map((gpu) => this.gpuIds[gpu]!) };
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify(isActions ? { actions: [] } : reservation));
    }

    private calendar(url: URL, request: IncomingMessage, response: ServerResponse): void {
        const tag = `"${this.revision}"`;
        if (request.headers["if-none-match"] === tag) {
            ++this.notModified;
            response.writeHead(304, { etag: tag }).end();
            return;
        }
        const from = Date.parse(url.searchParams.get("from")!);
        const to = Date.parse(url.searchParams.get("to")!);
        const { play } = this;
        const reservations = [...this.reservations.values()].filter(
            ({ start, end }) => Date.parse(end) > from && Date.parse(start) < to,
        );
        response.writeHead(200, { "content-type": "application/json", etag: tag });
        response.end(
            JSON.stringify({
                revision: this.revision,
                now: textOf(play.now),
                zone: play.zone,
                slot_minutes: 120,
                from: textOf(from),
                to: textOf(to),
                simulated_clock: play.simulatedClock ?? true,
                simulated_gpus: play.simulatedGpus ?? true,
                nodes: play.site.nodes,
                reservations,
                occupants: this.occupants,
            }),
        );
    }

    private follow(request: IncomingMessage, response: ServerResponse): void {
        const last = String(request.headers["last-event-id"] ?? "");
        this.resumedFrom.push(last);
        response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
        response.write(": here\n\n");
        for (const { seq, text } of this.journal) if (seq > Number(last)) response.write(text);
        this.streams.add(response);
        response.on("close", () => this.streams.delete(response));
    }
}
