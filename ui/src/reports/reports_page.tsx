/**
 * Figures from the record. What it shows are the sections listed here: each gets the answer and
 * draws itself; one more is one more entry.
 */

import type { ComponentType } from "preact";
import { useMemo } from "preact/hooks";
import { useApp } from "../app/app";
import { CsvButton } from "../figures/csv_button";
import { spanQuery } from "../figures/period";
import { PeriodPicker } from "../figures/period_picker";
import { StateNote } from "../figures/state_note";
import { useAnswer } from "../figures/use_answer";
import { usePeriod } from "../figures/use_period";
import { PeopleSection, TeamsSection } from "./figure_sections";
import type { SummaryAnswer } from "./summary_answer";
import { SummaryTiles } from "./summary_tiles";
import { WeeksSection } from "./weeks_section";

const PATH = "reports/summary";

const sections: readonly ComponentType<{ data: SummaryAnswer }>[] = [
    SummaryTiles,
    WeeksSection,
    TeamsSection,
    PeopleSection,
];

export function ReportsPage() {
    const app = useApp();
    const chosen = usePeriod();
    const { span } = chosen;
    const asked = useMemo(() => span && spanQuery(span), [span]);
    const answer = useAnswer<SummaryAnswer>(PATH, asked);
    const { data } = answer;
    const formats = app.formats.value;
    document.title = `Berth · ${app.say("page.reports")}`;
    return (
        <div class="sheet insight" aria-busy={answer.loading}>
            <header class="insight-head">
                <div class="insight-title">
                    <h1>{app.say("page.reports")}</h1>
                    {span && (
                        <p class="insight-span">
                            {formats.day(span.from)} – {formats.day(span.to - 1)} · {app.siteZone.value}
                        </p>
                    )}
                </div>
                <div class="insight-tools">
                    <PeriodPicker {...chosen} />
                    <CsvButton path={PATH} query={asked} file={`berth-report-${asked?.from.slice(0, 10)}.csv`} />
                </div>
            </header>
            <StateNote answer={answer} />
            {data && sections.map((Section, i) => <Section key={i} data={data} />)}
        </div>
    );
}
