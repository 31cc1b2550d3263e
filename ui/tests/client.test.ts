import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Client } from "../src/api/client";
import { Refused } from "../src/api/problem";

/** Answers in turn; keeps under which key each request came. */
function serverOf(...answers: (() => Response | Promise<Response>)[]) {
    const keys: string[] = [];
    const fetch = async (_: unknown, init?: RequestInit) => {
        keys.push((init!.headers as Record<string, string>)["idempotency-key"] ?? "");
        return answers[keys.length - 1]!();
    };
    return { keys, client: new Client(() => "alice", fetch as typeof globalThis.fetch) };
}

const lost = () => Promise.reject(new TypeError("network error"));
const done = () => new Response('{"id":"r-1"}', { status: 201 });
const brokenOff = () =>
    new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError("gone")) }), { status: 201 });
const unreachable = (error: unknown) => error instanceof Refused && error.problem.code === "unreachable";

describe("the client", () => {
    it("sends the same write under the same key again when no answer came, so that it is done once", async () => {
        for (const noAnswer of [lost, brokenOff]) {
            const { keys, client } = serverOf(noAnswer, done, done);
            await assert.rejects(client.post("reservations", { hours: 4 }), unreachable);
            await client.post("reservations", { hours: 4 });
            assert.equal(keys[1], keys[0]);
            await client.post("reservations", { hours: 4 });
            assert.notEqual(keys[2], keys[1], "answered, it is another booking");
        }
    });

    it("takes another key for another write", async () => {
        const { keys, client } = serverOf(lost, done);
        await assert.rejects(client.post("reservations", { hours: 4 }), unreachable);
        await client.post("reservations", { hours: 6 });
        assert.notEqual(keys[1], keys[0]);
    });

    it("says the server's own sentence, with its suggestions", async () => {
        const problem = { code: "conflict", detail: "r-2 has node1/0", suggestions: [{ kind: "later" }] };
        const { client } = serverOf(() => new Response(JSON.stringify(problem), { status: 409 }));
        await assert.rejects(client.post("reservations", {}), (error: Refused) => {
            assert.equal(error.message, "r-2 has node1/0");
            assert.equal(error.problem.suggestions?.length, 1);
            return true;
        });
    });

    it("keeps a request that was called off apart from a server that is gone", async () => {
        const { client } = serverOf(() => Promise.reject(new DOMException("called off", "AbortError")));
        await assert.rejects(client.get("site"), (error: Error) => error.name === "AbortError");
    });
});
