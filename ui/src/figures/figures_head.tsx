/** The head of a page of figures: its name, the days it is about and which to choose, all of it as CSV. */

import { useApp } from "../app/app";
import type { WordKey } from "../words/words";
import { CsvButton } from "./csv_button";
import { PeriodPicker } from "./period_picker";
import type { ChosenPeriod } from "./use_period";

interface Props {
    readonly title: WordKey;
    readonly chosen: ChosenPeriod;
    readonly path: string;
    readonly query: Readonly<Record<string, string>> | null;
    readonly file: string;
}

export function FiguresHead({ title, chosen, path, query, file }: Props) {
    const app = useApp();
    const formats = app.formats.value;
    const { span } = chosen;
    document.title = `Berth · ${app.say(title)}`;
    return (
        <header class="insight-head">
            <div class="insight-title">
                <h1>{app.say(title)}</h1>
                {span && (
                    <p class="insight-span">
                        {formats.day(span.from)} – {formats.day(span.to - 1)} · {app.siteZone.value}
                    </p>
                )}
            </div>
            <div class="insight-tools">
                <PeriodPicker {...chosen} />
                <CsvButton path={path} query={query} file={file} />
            </div>
        </header>
    );
}
