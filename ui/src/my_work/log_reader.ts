/**
 * Reads the log of one attempt from near its end and follows it, until the job can write no more.
 *
 *     const reader = new LogReader(app.client, "r-17", 1, handlers);
 *     void reader.run();  ...  reader.stop();
 */

import type { Client } from "../api/client";
import { Refused } from "../api/problem";

export interface LogHandlers {
    /** `skipped`: bytes of the log before the first text that was handed over. */
    text(text: string, skipped: number): void;
    state(state: LogState): void;
}

export type LogState =
    | { readonly is: "loading" | "open" | "ended" }
    | { readonly is: "lost" | "none"; readonly why: string };

const TAIL = 512 * 1024;
/** Seconds that the server may keep a question until there is more. */
const WAIT = 25;

interface Piece {
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly offset: number;
    readonly size: number;
    readonly open: boolean;
}

export class LogReader {
    private readonly control = new AbortController();
    private readonly decoder = new TextDecoder();

    constructor(
        private readonly client: Client,
        private readonly id: string,
        private readonly attempt: number,
        private readonly handlers: LogHandlers,
    ) {}

    stop(): void {
        this.control.abort();
    }

    async run(): Promise<void> {
        this.handlers.state({ is: "loading" });
        let next: number | null = null;
        let skipped = 0;
        for (let fails = 0; !this.control.signal.aborted; ) {
            const asked = performance.now();
            try {
                const piece: Piece = await this.ask(next === null ? { tail: TAIL } : { offset: next, wait: WAIT });
                fails = 0;
                if (next === null) skipped = piece.offset;
                next = piece.offset + piece.bytes.length;
                this.hand(piece, skipped);
                if (!piece.open && next >= piece.size) return;
                const isHasty = piece.bytes.length === 0 && performance.now() - asked < 500;
                if (isHasty) await this.pause(1000);
            } catch (error) {
                if (!(error instanceof Refused)) return this.give(error);
                const { status, detail } = error.problem;
                const isNone = status === 404;
                this.handlers.state({ is: isNone ? "none" : "lost", why: detail });
                if (isNone) return;
                await this.pause(Math.min(15_000, 1000 * 2 ** fails++));
            }
        }
    }

    /** An aborted question is the reader's own end. */
    private give(error: unknown): void {
        if (!this.control.signal.aborted) throw error;
    }

    private hand({ bytes, open }: Piece, skipped: number): void {
        const text = this.decoder.decode(bytes, { stream: open });
        if (text) this.handlers.text(text, skipped);
        this.handlers.state({ is: open ? "open" : "ended" });
    }

    private ask(query: Readonly<Record<string, number>>): Promise<Piece> {
        return askLog(this.client, this.id, { ...query, attempt: this.attempt }, this.control.signal);
    }

    private pause(time: number): Promise<void> {
        return new Promise((resume) => {
            const timer = setTimeout(resume, time);
            this.control.signal.addEventListener("abort", () => (clearTimeout(timer), resume()), { once: true });
        });
    }
}

/** The whole log, piece by piece: an answer has at most 8 MiB. */
export async function wholeLog(client: Client, id: string, attempt: number): Promise<Blob> {
    const pieces: BlobPart[] = [];
    for (let offset = 0; ; ) {
        const piece = await askLog(client, id, { attempt, offset });
        pieces.push(piece.bytes);
        offset += piece.bytes.length;
        if (piece.bytes.length === 0 || offset >= piece.size) return new Blob(pieces, { type: "text/plain" });
    }
}

/** Its last few lines, whichever attempt was the last. */
export async function endOfLog(client: Client, id: string): Promise<string> {
    const { bytes } = await askLog(client, id, { tail: 8192 });
    return new TextDecoder().decode(bytes);
}

async function askLog(
    client: Client,
    id: string,
    query: Readonly<Record<string, number>>,
    signal?: AbortSignal,
): Promise<Piece> {
    const { bytes, headers } = await client.open(`reservations/${id}/log`, query, {}, signal);
    const number = (name: string) => Number(headers.get(name) ?? 0);
    return {
        bytes,
        offset: number("x-berth-log-offset"),
        size: number("x-berth-log-size"),
        open: headers.get("x-berth-log-open") === "true",
    };
}
