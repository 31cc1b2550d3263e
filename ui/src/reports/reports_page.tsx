/**
 * Figures from the record. What it shows are the sections listed here: each gets the answer and
 * draws itself; one more is one more entry.
 */

import type { ComponentType } from "preact";
import { useMemo } from "preact/hooks";
import { FiguresHead } from "../figures/figures_head";
import { spanQuery } from "../figures/period";
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
    const chosen = usePeriod();
    const { span } = chosen;
    const asked = useMemo(() => span && spanQuery(span), [span]);
    const answer = useAnswer<SummaryAnswer>(PATH, asked);
    const { data } = answer;
    return (
        <div class="sheet insight" aria-busy={answer.loading}>
            <FiguresHead title="page.reports" chosen={chosen} path={PATH} query={asked} file={`berth-report-${asked?.from.slice(0, 10)}.csv`} />
            <StateNote answer={answer} />
            {data && sections.map((Section, i) => <Section key={i} data={data} />)}
        </div>
    );
}
