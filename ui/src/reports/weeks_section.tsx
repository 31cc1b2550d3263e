/** GPU-hours week by week, as columns and as a table. */

import { useState } from "preact/hooks";
import { useApp } from "../app/app";
import { hoursText, roundUp } from "../figures/numbers";
import { FigureTable, type Column } from "../figures/table";
import { WeekChart } from "../figures/week_chart";
import { figureColumns } from "./figure_columns";
import type { SummaryAnswer, WeekFigures } from "./summary_answer";

export function WeeksSection({ data }: { data: SummaryAnswer }) {
    const app = useApp();
    const [isOpen, setOpen] = useState(false);
    const language = app.language.value;
    const { weeks } = data;
    const most = Math.max(0, ...weeks.flatMap((week) => [week.booked_gpu_hours, week.used_gpu_hours]));
    const from: Column<WeekFigures> = {
        key: "week",
        words: app.say("reports.column.week"),
        value: (week) => Date.parse(week.from),
        text: (week) => app.formats.value.day(Date.parse(week.from)),
    };
    return (
        <section class="figure-panel">
            <h2>{app.say("reports.weeks.hours")}</h2>
            <WeekChart
                label={app.say("reports.weeks.hours")}
                shape="columns"
                top={roundUp(most)}
                text={(value) => hoursText(language, value)}
                series={[
                    { words: app.say("reports.column.booked"), className: "series-booked" },
                    { words: app.say("reports.column.used"), className: "series-used" },
                    { words: app.say("reports.column.lost"), className: "series-lost" },
                ]}
                weeks={weeks.map((week) => ({
                    from: Date.parse(week.from),
                    values: [week.booked_gpu_hours, week.used_gpu_hours, week.lost_gpu_hours],
                }))}
            />
            <details class="as-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
                <summary>{app.say("heat.astable")}</summary>
                {isOpen && (
                    <FigureTable
                        label={app.say("reports.weeks")}
                        columns={[from, ...figureColumns<WeekFigures>(app)]}
                        rows={weeks}
                        rowKey={(week) => week.from}
                        first="week"
                    />
                )}
            </details>
        </section>
    );
}
