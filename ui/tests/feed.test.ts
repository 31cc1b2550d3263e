import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { WireCalendar } from "../src/api/contract";
import { EventParser } from "../src/api/event_parser";
import { Feed, type Connection } from "../src/api/feed";
import { Store } from "../src/site/store";

describe("the event stream's format", () => {
    const text =
        ": hello\r\nid: 7\r\nevent: moved\r\ndata: {\"a\":\r\ndata: 1}\r\n\r\n" +
        "data\n\nevent: nothing\n\ndata:tight\n\n";
    const expected = [
        { id: "7", event: "moved", data: '{"a":\n1}' },
        { id: "", event: "message", data: "" },
        { id: "", event: "message", data: "tight" },
    ];

    it("is understood whole", () => {
        assert.deepEqual(new EventParser().push(text), expected);
    });

    it("is understood however it is cut", () => {
        for (let size = 1; size < text.length; ++size) {
            const parser = new EventParser();
            const messages = [];
            for (let i = 0; i < text.length; i += size) {
                messages.push(...parser.push(text.slice(i, i + size)));
            }
            assert.deepEqual(messages, expected, `pieces of ${size}`);
        }
    });
});

/** A promise to be settled from outside. */
function later<T>() {
    let resolve!: (value: T) => void;
    const promise = new Promise<T>((r) => (resolve = r));
    return { promise, resolve };
}

function calendar(revision: number, start: string): WireCalendar {
    return {
        revision, now: "2026-11-25T12:00:00Z", zone: "UTC", slot_minutes: 120,
        from: "2026-11-23T00:00:00Z", to: "2026-11-30T00:00:00Z",
        nodes: [{ name: "a", gpus: [{ id: "a/0" }] }],
        reservations: [{ id: "r-1", state: "confirmed", gpus: [0], start, end: "2026-11-29T00:00:00Z" }],
    };
}

const FROM = Date.parse("2026-11-23T00:00:00Z");
const WEEK = { from: FROM, to: FROM + 7 * 86_400_000 };
const dayOf = (store: Store) => new Date(store.reservations.get("r-1")!.start).getUTCDate();

function moved(seq: number, day: number): string {
    const reservation = {
        id: "r-1", state: "confirmed", gpus: ["a/0"], start: `2026-11-${day}T00:00:00Z`,
        end: "2026-11-29T00:00:00Z", revision: seq,
    };
    const data = { sequence: seq, time: "2026-11-25T12:00:00Z", kind: "reservation_moved", reservation };
    return `id: ${seq}\nevent: reservation_moved\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A feed whose server is played by hand. */
class Scene {
    readonly store = new Store();
    readonly calls: { url: string; headers: Record<string, string> }[] = [];
    readonly connections: Connection[] = [];
    answer: (url: string, signal: AbortSignal) => Promise<Response> = () => Promise.reject(new Error());
    private waiting: (() => void)[] = [];
    readonly feed = new Feed(
        this.store,
        {
            connection: (connection) => (this.connections.push(connection), this.stir()),
            loaded: () => this.stir(),
            event: () => this.stir(),
        },
        {
            patience: () => 0,
            fetch: (url, init) => {
                this.calls.push({ url: String(url), headers: init!.headers as Record<string, string> });
                this.stir();
                return this.answer(String(url), init!.signal!);
            },
        },
    );

    /** Resolves once `holds` is true; looks again whenever something happened. */
    async until(holds: () => boolean): Promise<void> {
        while (!holds()) await new Promise<void>((resolve) => this.waiting.push(resolve));
    }

    private stir(): void {
        const waiting = this.waiting;
        this.waiting = [];
        for (const resolve of waiting) resolve();
    }
}

function streamOf() {
    const encoder = new TextEncoder();
    let controller!: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({ start: (c) => void (controller = c) });
    return {
        response: new Response(body),
        say: (text: string) => controller.enqueue(encoder.encode(text)),
        end: () => controller.close(),
    };
}

describe("the feed", () => {
    it("begins the stream right behind the snapshot and applies what comes", async () => {
        const scene = new Scene();
        const stream = streamOf();
        scene.answer = async (url) =>
            url.includes("calendar") ? Response.json(calendar(50, "2026-11-24T00:00:00Z")) : stream.response;
        scene.feed.show(WEEK);
        const running = scene.feed.run();
        await scene.until(() => scene.connections.at(-1)?.state === "live");
        assert.equal(
            scene.calls[0]!.url,
            "api/v1/calendar?from=2026-11-23T00:00:00Z&to=2026-11-30T00:00:00Z",
        );
        assert.equal(scene.calls[1]!.headers["last-event-id"], "50");
        stream.say(moved(51, 26));
        await scene.until(() => scene.store.revision === 51);
        assert.equal(dayOf(scene.store), 26);
        scene.feed.stop();
        stream.end();
        await running;
    });

    it("loses no event that comes while an older snapshot is under way", async () => {
        const scene = new Scene();
        const stream = streamOf();
        const slow = later<Response>();
        let calendars = 0;
        scene.answer = (url) => {
            if (!url.includes("calendar")) return Promise.resolve(stream.response);
            return ++calendars === 1
                ? Promise.resolve(Response.json(calendar(50, "2026-11-24T00:00:00Z")))
                : slow.promise;
        };
        scene.feed.show(WEEK);
        const running = scene.feed.run();
        await scene.until(() => scene.connections.at(-1)?.state === "live");
        scene.feed.show({ ...WEEK, to: WEEK.to + 1 });
        await scene.until(() => calendars === 2);
        stream.say(moved(51, 26));
        await scene.until(() => scene.store.revision === 51);
        slow.resolve(Response.json(calendar(50, "2026-11-24T00:00:00Z")));
        await scene.until(() => scene.store.revision === 51 && scene.calls.length === 3);
        await slow.promise;
        await new Promise((resolve) => setImmediate(resolve));
        assert.equal(scene.store.revision, 51);
        assert.equal(dayOf(scene.store), 26);
        scene.feed.stop();
        stream.end();
        await running;
    });

    it("shows only the newest of the weeks that were asked for", async () => {
        const scene = new Scene();
        const stream = streamOf();
        const abandoned = later<void>();
        scene.answer = (url, signal) => {
            if (!url.includes("calendar")) return Promise.resolve(stream.response);
            if (scene.calls.length > 1) {
                return Promise.resolve(Response.json(calendar(50, "2026-11-25T00:00:00Z")));
            }
            return new Promise((_, reject) => {
                signal.addEventListener("abort", () => (abandoned.resolve(), reject(signal.reason)));
            });
        };
        scene.feed.show(WEEK);
        const running = scene.feed.run();
        scene.feed.show({ from: WEEK.to, to: WEEK.to + 7 * 86_400_000 });
        await abandoned.promise;
        await scene.until(() => scene.connections.at(-1)?.state === "live");
        assert.match(scene.calls[1]!.url, /from=2026-11-30/);
        assert.deepEqual(scene.connections.map(({ state }) => state), ["connecting", "live"]);
        scene.feed.stop();
        stream.end();
        await running;
    });

    it("tells the server's reason, tries again, and asks only for what changed", async () => {
        const scene = new Scene();
        const [first, second] = [streamOf(), streamOf()];
        let tries = 0;
        scene.answer = async (url) => {
            if (!url.includes("calendar")) return tries < 3 ? first.response : second.response;
            if (++tries === 1) {
                return Response.json({ code: "not_ready", detail: "The journal is replayed." }, { status: 503 });
            }
            if (tries === 2) {
                return Response.json(calendar(50, "2026-11-24T00:00:00Z"), { headers: { etag: '"50"' } });
            }
            return new Response(null, { status: 304 });
        };
        scene.feed.show(WEEK);
        const running = scene.feed.run();
        await scene.until(() => scene.connections.at(-1)?.state === "live");
        assert.deepEqual(scene.connections[1], { state: "lost", problem: "The journal is replayed." });
        first.end();
        await scene.until(() => scene.connections.length === 5);
        assert.deepEqual(
            scene.connections.map(({ state }) => state),
            ["connecting", "lost", "live", "lost", "live"],
        );
        const calendars = scene.calls.filter(({ url }) => url.includes("calendar"));
        assert.equal(calendars.at(-1)!.headers["if-none-match"], '"50"');
        assert.equal(dayOf(scene.store), 24);
        scene.feed.stop();
        second.end();
        await running;
    });
});
