/** Which time the figures are about. */

import { useState } from "preact/hooks";
import { useApp } from "../app/app";
import { dateFromText, dateToText } from "../time/zone";
import { daysOf, USUAL_WEEKS } from "./period";
import { Switch } from "./switch";
import type { ChosenPeriod } from "./use_period";

const choiceOf = { 4: "four", 12: "twelve" } as const;
type Choice = (typeof choiceOf)[4 | 12] | "days";

export function PeriodPicker({ period, span, choose }: ChosenPeriod) {
    const app = useApp();
    const [opened, setOpened] = useState(period.kind === "days");
    const chosen: Choice = opened || period.kind === "days" ? "days" : choiceOf[period.weeks as 4 | 12];
    const pick = (choice: Choice) => {
        setOpened(choice === "days");
        if (choice === "days") return;
        choose({ kind: "weeks", weeks: USUAL_WEEKS.find((weeks) => choiceOf[weeks] === choice)! });
    };
    const choices = (["four", "twelve", "days"] as const).map(
        (choice) => [choice, app.say(`figures.period.${choice}`)] as const,
    );
    return (
        <div class="period">
            <Switch label={app.say("figures.period")} choices={choices} chosen={chosen} choose={pick} />
            {chosen === "days" && span && <DayFields period={period} span={span} choose={choose} />}
        </div>
    );
}

function DayFields({ span, choose }: ChosenPeriod) {
    const app = useApp();
    const shown = daysOf(span!, app.siteZone.value);
    const put = (end: "first" | "last", text: string) => {
        const date = dateFromText(text);
        if (!date) return;
        const days = { ...shown, [end]: date };
        // The other end goes along rather than that nothing lies between them.
        if (dateToText(days.last) < dateToText(days.first)) days[end === "first" ? "last" : "first"] = date;
        choose({ kind: "days", ...days });
    };
    const field = (end: "first" | "last") => (
        <label class="period-day">
            <span>{app.say(`figures.period.${end}`)}</span>
            <input
                type="date"
                name={end}
                value={dateToText(shown[end])}
                onChange={(event) => put(end, event.currentTarget.value)}
            />
        </label>
    );
    return (
        <div class="period-days">
            {field("first")}
            {field("last")}
        </div>
    );
}
