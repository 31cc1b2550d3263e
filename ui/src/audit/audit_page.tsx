/** The record of every change: who, when, what, why. */

import { useEffect, useMemo } from "preact/hooks";
import { useApp } from "../app/app";
import { CsvButton } from "../figures/csv_button";
import { apiQuery, filtersOf } from "./audit_filters";
import { AuditList } from "./audit_list";
import { AuditTable } from "./audit_table";
import { FilterBar } from "./filter_bar";

export function AuditPage() {
    const app = useApp();
    const filters = filtersOf(app.route.value.query);
    const asked = JSON.stringify(apiQuery(filters, app.zone.value));
    const query = useMemo(() => JSON.parse(asked) as Record<string, string>, [asked]);
    const list = useMemo(() => new AuditList(app.client, query), [query]);
    useEffect(() => {
        void list.load();
        const stopListening = app.onEvent(() => list.heard());
        const stopHealing = app.onLoaded(() => {
            if (list.problem.peek()) void list.load();
            else list.heard();
        });
        return () => {
            stopListening();
            stopHealing();
            list.stop();
        };
    }, [list]);
    document.title = `Berth · ${app.say("page.audit")}`;
    return (
        <div class="sheet insight audit" aria-busy={list.loading.value}>
            <header class="insight-head">
                <div class="insight-title">
                    <h1>{app.say("page.audit")}</h1>
                    <p class="insight-span">{app.formats.value.zone}</p>
                </div>
                <CsvButton path="audit" query={{ ...query, order: "desc", limit: "1000" }} file="berth-audit.csv" />
            </header>
            <FilterBar filters={filters} list={list} />
            <AuditTable list={list} isFiltered={Object.keys(filters).length > 0} />
        </div>
    );
}
