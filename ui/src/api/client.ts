/**
 * Asks the server, in the name of whoever sits here.
 *
 *     const client = new Client(() => user.value);
 *     const plan = await client.post<WirePlan>("plan", wish);
 *     await client.patch(`reservations/${id}`, { hours: 40 }, { ifMatch: revision });
 *
 * A "no" is thrown as Refused, with the server's own sentence and suggestions. Whoever sends the
 * same request again after a lost connection does nothing twice: every write carries a key.
 */

import { problemOf, Refused } from "./problem";

export interface Sending {
    readonly reason?: string;
    /** The revision that the change is meant for. */
    readonly ifMatch?: number;
    readonly signal?: AbortSignal;
    /** Goes out even when the page is being closed. */
    readonly keepalive?: boolean;
}

type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export class Client {
    /** Keys of writes whose answer never came: they may have been done. */
    private readonly unanswered = new Map<string, string>();

    constructor(
        private readonly user: () => string,
        private readonly fetch: typeof globalThis.fetch = (...it) => globalThis.fetch(...it),
    ) {}

    get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
        return this.send<T>("GET", withQuery(path, query), undefined, signal ? { signal } : {});
    }

    /** What came and under which headers, for what is no JSON. */
    async open(
        path: string,
        query: Query = {},
        headers: Record<string, string> = {},
        signal?: AbortSignal,
    ): Promise<{ bytes: Uint8Array<ArrayBuffer>; headers: Headers }> {
        const answer = await this.ask("GET", withQuery(path, query), { headers, signal: signal ?? null });
        return { bytes: new Uint8Array(await whole(() => answer.arrayBuffer())), headers: answer.headers };
    }

    post<T>(path: string, body: object = {}, sending: Sending = {}): Promise<T> {
        return this.send<T>("POST", path, body, sending);
    }

    patch<T>(path: string, body: object, sending: Sending = {}): Promise<T> {
        return this.send<T>("PATCH", path, body, sending);
    }

    remove<T>(path: string, sending: Sending = {}): Promise<T> {
        return this.send<T>("DELETE", path, undefined, sending);
    }

    private async send<T>(method: string, path: string, body: object | undefined, sending: Sending): Promise<T> {
        const headers: Record<string, string> = { accept: "application/json" };
        if (body !== undefined) headers["content-type"] = "application/json";
        // Header fields are bytes; a reason may be in any script, so it goes into the body.
        const told = body !== undefined && sending.reason ? { ...body, reason: sending.reason } : body;
        if (body === undefined && sending.reason) headers["x-berth-reason"] = asHeader(sending.reason);
        if (sending.ifMatch !== undefined) headers["if-match"] = `"${sending.ifMatch}"`;
        const text = told === undefined ? null : JSON.stringify(told);
        const asked = [this.user(), method, path, sending.ifMatch, text].join(" ");
        const { signal = null, keepalive = false } = sending;
        const init = { headers, body: text, signal, keepalive };
        if (method === "GET") return this.read<T>(method, path, init);
        const key = this.unanswered.get(asked) ?? newKey();
        headers["idempotency-key"] = key;
        this.unanswered.set(asked, key);
        try {
            const answer = await this.read<T>(method, path, init);
            this.unanswered.delete(asked);
            return answer;
        } catch (error) {
            if (isAnswer(error)) this.unanswered.delete(asked);
            throw error;
        }
    }

    private async read<T>(method: string, path: string, init: RequestInit): Promise<T> {
        const answer = await this.ask(method, path, init);
        return whole(async () => {
            const said = await answer.text();
            return (said ? JSON.parse(said) : null) as T;
        });
    }

    private async ask(method: string, path: string, init: RequestInit): Promise<Response> {
        const user = this.user();
        const headers = { ...(init.headers as Record<string, string>) };
        if (user) headers["x-berth-user"] = user;
        const answer = await whole(() =>
            this.fetch(`api/v1/${path}`, { ...init, method, headers, cache: "no-store" }),
        );
        if (!answer.ok) throw new Refused(await problemOf(answer));
        return answer;
    }
}

/** What breaks off before it is whole is no answer. */
async function whole<T>(read: () => Promise<T>): Promise<T> {
    try {
        return await read();
    } catch (error) {
        if (error instanceof DOMException && error.name === "AbortError") throw error;
        throw new Refused({ status: 0, code: "unreachable", detail: "" });
    }
}

function isAnswer(error: unknown): boolean {
    return error instanceof Refused && error.problem.code !== "unreachable";
}

/** Random; randomUUID would want a secure address, which a site may not have. */
function newKey(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function withQuery(path: string, query: Query): string {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
        if (value !== null && value !== undefined && value !== "") parameters.set(name, String(value));
    }
    const text = parameters.toString();
    return text ? `${path}?${text}` : path;
}

/** A header's value as UTF-8 bytes, which fetch would otherwise refuse. */
function asHeader(text: string): string {
    return String.fromCharCode(...new TextEncoder().encode(text.replace(/\s+/g, " ")));
}
