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
    constructor(
        private readonly user: () => string,
        private readonly fetch: typeof globalThis.fetch = (...it) => globalThis.fetch(...it),
    ) {}

    get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
        return this.send<T>("GET", withQuery(path, query), undefined, signal ? { signal } : {});
    }

    /** The answer itself, for what is no JSON. */
    async open(path: string, query: Query = {}, headers: Record<string, string> = {}, signal?: AbortSignal) {
        return this.ask("GET", withQuery(path, query), { headers, signal: signal ?? null });
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
        if (method !== "GET") headers["idempotency-key"] = crypto.randomUUID();
        // Header fields are bytes; a reason may be in any script, so it goes into the body.
        const told = body !== undefined && sending.reason ? { ...body, reason: sending.reason } : body;
        if (body === undefined && sending.reason) headers["x-berth-reason"] = asHeader(sending.reason);
        if (sending.ifMatch !== undefined) headers["if-match"] = `"${sending.ifMatch}"`;
        const answer = await this.ask(method, path, {
            headers,
            body: told === undefined ? null : JSON.stringify(told),
            signal: sending.signal ?? null,
            keepalive: sending.keepalive ?? false,
        });
        const text = await answer.text();
        return (text ? JSON.parse(text) : null) as T;
    }

    private async ask(method: string, path: string, init: RequestInit): Promise<Response> {
        const user = this.user();
        const headers = { ...(init.headers as Record<string, string>) };
        if (user) headers["x-berth-user"] = user;
        let answer: Response;
        try {
            answer = await this.fetch(`api/v1/${path}`, { ...init, method, headers, cache: "no-store" });
        } catch (error) {
            if (error instanceof DOMException && error.name === "AbortError") throw error;
            throw new Refused({ status: 0, code: "unreachable", detail: "" });
        }
        if (!answer.ok) throw new Refused(await problemOf(answer));
        return answer;
    }
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
