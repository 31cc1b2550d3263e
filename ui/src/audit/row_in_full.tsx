/** One row opened: what it changed, and the event as it is kept. */

import { useEffect, useState } from "preact/hooks";
import { useApp } from "../app/app";
import { sayValue } from "../words/words";
import type { AuditPage, AuditRow } from "./audit_row";
import { changeBy, type Change, type Fact, type Facts } from "./before_after";
import { idRanges } from "./event_detail";

/** One reservation's rows; nobody's life is longer. */
const MOST_ROWS = 1000;

export function RowInFull({ row }: { row: AuditRow }) {
    const app = useApp();
    const command = sayValue(app.language.value, "command", row.command);
    return (
        <div class="row-in-full">
            {row.reservation && <BeforeAfter row={row} reservation={row.reservation} />}
            <figure class="raw">
                <figcaption>
                    {app.say("audit.raw")} · {app.say("audit.row", { n: row.sequence, command })}
                </figcaption>
                <pre tabIndex={0} aria-label={app.say("audit.raw")}>
                    {JSON.stringify(row.event, null, 2)}
                </pre>
            </figure>
        </div>
    );
}

function BeforeAfter({ row, reservation }: { row: AuditRow; reservation: string }) {
    const app = useApp();
    const [change, setChange] = useState<Change | null>(null);
    const [problem, setProblem] = useState<unknown>(null);
    useEffect(() => {
        const asking = new AbortController();
        app.client
            .get<AuditPage>("audit", { reservation, limit: MOST_ROWS }, asking.signal)
            .then(({ items }) => setChange(changeBy(row.sequence, items)))
            .catch((error: unknown) => asking.signal.aborted || setProblem(error));
        return () => asking.abort();
    }, [row.sequence, reservation]);
    if (problem) return <p class="state-problem">{app.sentenceOf(problem)}</p>;
    if (!change) return <p class="before-none">{app.say("loading.short")}</p>;
    if (change.changed.length === 0) return <p class="before-none">{app.say("audit.before.none")}</p>;
    return (
        <table class="before-after" aria-label={app.say("audit.before")}>
            <tbody>
                {change.changed.map((fact) => (
                    <tr key={fact}>
                        <th scope="row">{app.say(`fact.${fact}`)}</th>
                        <td class="fact-before">{change.before ? <FactText fact={fact} facts={change.before} /> : "–"}</td>
                        <td class="arrow" aria-hidden="true">
                            →
                        </td>
                        <td class="fact-after">
                            <FactText fact={fact} facts={change.after} />
                        </td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function FactText({ fact, facts }: { fact: Fact; facts: Facts }) {
    const app = useApp();
    const formats = app.formats.value;
    if (fact === "state") return <>{sayValue(app.language.value, "state", facts.state)}</>;
    if (fact === "gpus") return <>{idRanges(facts.gpus) || "–"}</>;
    if (fact !== "window") return <>{facts[fact] || "–"}</>;
    const { start, end } = facts;
    if (start === null || end === null) return <>–</>;
    // What ends before its start was never held.
    return <>{end > start ? formats.window(start, end) : app.say("fact.givenback")}</>;
}
