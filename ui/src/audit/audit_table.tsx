/** The rows themselves, newest first; those that have come since are told on top. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app/app";
import { Icon } from "../app/icons";
import { formatRoute } from "../app/route";
import { sayValue } from "../words/words";
import type { AuditList } from "./audit_list";
import type { AuditRow } from "./audit_row";
import { eventDetail } from "./event_detail";
import { RowInFull } from "./row_in_full";

const COLUMNS = ["time", "actor", "what", "reservation", "reason"] as const;

interface Props {
    readonly list: AuditList;
    readonly isFiltered: boolean;
}

export function AuditTable({ list, isFiltered }: Props) {
    const app = useApp();
    const rows = list.rows.value;
    const fresh = list.fresh.value.length;
    return (
        <section class="figure-panel audit-panel">
            <div class="fresh-rows" role="status">
                {fresh > 0 && (
                    <button type="button" class="fresh-button" onClick={() => list.showFresh()}>
                        {app.say("audit.fresh", { n: fresh })}
                    </button>
                )}
            </div>
            <table class="audit-table" aria-label={app.say("audit.table")}>
                <thead>
                    <tr>
                        {COLUMNS.map((column) => (
                            <th key={column} scope="col" class={`cell-${column}`}>
                                {app.say(`audit.column.${column}`)}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {rows.map((row) => (
                        <Row key={row.sequence} row={row} />
                    ))}
                </tbody>
            </table>
            <Foot list={list} isFiltered={isFiltered} />
        </section>
    );
}

function Row({ row }: { row: AuditRow }) {
    const app = useApp();
    const [isOpen, setOpen] = useState(false);
    const formats = app.formats.value;
    const at = Date.parse(row.time);
    const detail = eventDetail(row.kind, row.event, formats);
    return (
        <>
            <tr class={`audit-row${isOpen ? " open" : ""}`} data-kind={row.kind} data-sequence={row.sequence}>
                <td class="cell-time">
                    <button
                        type="button"
                        class="open-row"
                        aria-expanded={isOpen}
                        aria-label={app.say("audit.open", { n: row.sequence })}
                        onClick={() => setOpen(!isOpen)}
                    >
                        <Icon name="right" />
                    </button>
                    <time dateTime={row.time} title={row.time}>
                        {formats.day(at)} <b>{formats.clock(at)}</b>
                    </time>
                </td>
                <td class="cell-actor">
                    <Actor actor={row.actor} />
                </td>
                <td class="cell-what">
                    <b>{sayValue(app.language.value, "event", row.kind)}</b>
                    {detail && <span class="detail">{detail}</span>}
                </td>
                <td class="cell-reservation">
                    {row.reservation && <a href={formatRoute("work", null, row.reservation)}>{row.reservation}</a>}
                </td>
                <td class="cell-reason">{row.reason}</td>
            </tr>
            {isOpen && (
                <tr class="audit-full">
                    <td colSpan={COLUMNS.length}>
                        <RowInFull row={row} />
                    </td>
                </tr>
            )}
        </>
    );
}

function Actor({ actor }: { actor: string }) {
    const app = useApp();
    if (actor === "berth") return <span class="actor-self">{app.say("audit.berth")}</span>;
    if (actor.startsWith("job:")) {
        return (
            <span class="actor-self" title={actor}>
                {app.say("audit.job")}
            </span>
        );
    }
    return <span>{actor}</span>;
}

function Foot({ list, isFiltered }: Props) {
    const app = useApp();
    const button = useRef<HTMLButtonElement>(null);
    const hasMore = list.hasMore.value;
    const isLoading = list.loading.value;
    useEffect(() => {
        if (!button.current || isLoading) return;
        const observer = new IntersectionObserver((seen) => {
            if (seen.some(({ isIntersecting }) => isIntersecting)) void list.load();
        });
        observer.observe(button.current);
        return () => observer.disconnect();
    }, [list, hasMore, isLoading]);
    if (list.problem.value) {
        return (
            <p class="state-problem" role="alert">
                {app.sentenceOf(list.problem.value)}
            </p>
        );
    }
    if (isLoading) return <p class="state-loading">{app.say("loading.short")}</p>;
    if (list.rows.value.length === 0) return <p class="state-empty">{app.say("audit.empty")}</p>;
    if (!hasMore) return <p class="state-empty">{app.say(isFiltered ? "audit.end.filtered" : "audit.end")}</p>;
    return (
        <div class="audit-more">
            <button type="button" class="secondary" ref={button} onClick={() => void list.load()}>
                {app.say("audit.more")}
            </button>
        </div>
    );
}
