/** What the server answers to a question, and again whenever the question changes. */

import { useEffect, useState } from "preact/hooks";
import { useApp } from "../app/app";
import { Refused } from "../api/problem";

type Query = Readonly<Record<string, string>>;

export interface Answer<T> {
    /** The last that came: while another is under way it stays. */
    readonly data: T | null;
    readonly problem: unknown;
    readonly loading: boolean;
}

/** Null asks nothing yet. */
export function useAnswer<T>(path: string, query: Query | null): Answer<T> {
    const app = useApp();
    const [answer, setAnswer] = useState<Answer<T>>({ data: null, problem: null, loading: true });
    const question = query && JSON.stringify(query);
    const [round, setRound] = useState(0);
    const loads = app.loads.value;
    useEffect(() => {
        // What could not be had is asked for again when the connection is back.
        if (answer.problem) setRound(round + 1);
    }, [loads]);
    useEffect(() => {
        if (question === null) return;
        const asking = new AbortController();
        setAnswer(({ data }) => ({ data, problem: null, loading: true }));
        app.client
            .get<T>(path, JSON.parse(question) as Query, asking.signal)
            .then((data) => setAnswer({ data, problem: null, loading: false }))
            .catch((problem: unknown) => {
                if (!asking.signal.aborted) setAnswer({ data: null, problem, loading: false });
            });
        return () => asking.abort();
    }, [path, question, round]);
    return answer;
}

/** A server from before a report was made does not know its path. */
export function isUnknownThere(problem: unknown): boolean {
    return problem instanceof Refused && problem.problem.status === 404;
}
