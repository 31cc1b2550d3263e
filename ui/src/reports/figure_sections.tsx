/** Who booked, used, lost, cancelled and waited how much: by team and by person. */

import { useApp } from "../app/app";
import { FigureTable, type Column } from "../figures/table";
import { figureColumns } from "./figure_columns";
import type { Figures, PersonFigures, SummaryAnswer, TeamFigures } from "./summary_answer";

interface Props {
    readonly data: SummaryAnswer;
}

export function TeamsSection({ data }: Props) {
    const app = useApp();
    const name: Column<TeamFigures> = {
        key: "name",
        words: app.say("reports.column.name"),
        value: (row) => row.name,
        text: (row) => row.name || app.say("reports.noteam"),
    };
    return (
        <FigureSection
            title={app.say("reports.teams")}
            columns={[name, ...figureColumns<TeamFigures>(app)]}
            rows={data.teams}
            rowKey={(row) => row.name}
        />
    );
}

export function PeopleSection({ data }: Props) {
    const app = useApp();
    const names: Column<PersonFigures>[] = [
        { key: "name", words: app.say("reports.column.person"), value: (row) => row.name, text: (row) => row.name },
        {
            key: "team",
            words: app.say("reports.column.team"),
            value: (row) => row.team,
            text: (row) => row.team || app.say("reports.noteam"),
        },
    ];
    return (
        <FigureSection
            title={app.say("reports.people")}
            columns={[...names, ...figureColumns<PersonFigures>(app)]}
            rows={data.people}
            rowKey={(row) => JSON.stringify([row.name, row.team])}
        />
    );
}

interface SectionProps<Row> {
    readonly title: string;
    readonly columns: readonly Column<Row>[];
    readonly rows: readonly Row[];
    readonly rowKey: (row: Row) => string;
}

function FigureSection<Row extends Figures>({ title, columns, rows, rowKey }: SectionProps<Row>) {
    const app = useApp();
    return (
        <section class="figure-panel">
            <h2>{title}</h2>
            {rows.length === 0 ? (
                <p class="state-empty">{app.say("reports.empty")}</p>
            ) : (
                <FigureTable label={title} columns={columns} rows={rows} rowKey={rowKey} first="booked" />
            )}
        </section>
    );
}
