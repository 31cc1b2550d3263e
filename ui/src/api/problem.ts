/** What the server says against a request, in words meant for people (RFC 9457). */

export interface WireSuggestion {
    readonly kind: string;
    readonly gpus: readonly string[];
    readonly start: string;
    readonly end: string;
    /** Why it is suggested, a sentence. */
    readonly why?: string;
    /** In the answer to a plan: books exactly this window within a minute. */
    readonly plan?: string;
}

export interface ProblemDocument {
    readonly status: number;
    /** Stable, for programs: "conflict", "quota_exceeded", "unreachable" (no server answered). */
    readonly code: string;
    readonly detail: string;
    readonly field?: string;
    readonly suggestions?: readonly WireSuggestion[];
}

/** A request that was answered with a no, or with nothing. */
export class Refused extends Error {
    constructor(readonly problem: ProblemDocument) {
        super(problem.detail);
    }
}

export async function problemOf(answer: Response): Promise<ProblemDocument> {
    const bare = { status: answer.status, code: "http", detail: `HTTP ${answer.status}` };
    try {
        const document = (await answer.json()) as Partial<ProblemDocument> & { title?: string };
        return { ...bare, ...document, detail: document.detail ?? document.title ?? bare.detail };
    } catch {
        return bare;
    }
}
