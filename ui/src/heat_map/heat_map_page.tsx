/** Where the load is: by hour of the week for all GPUs, and by node, model or team; and what to buy next. */

import { useMemo } from "preact/hooks";
import { useApp } from "../app/app";
import { FiguresHead } from "../figures/figures_head";
import { spanQuery } from "../figures/period";
import { StateNote } from "../figures/state_note";
import { Switch } from "../figures/switch";
import { useAnswer } from "../figures/use_answer";
import { usePeriod } from "../figures/use_period";
import { AdviceList } from "./advice_list";
import { KINDS, type HeatAnswer, type RowKind } from "./heat_answer";
import { READINGS, type Reading } from "./heat_scale";
import { HeatSummary } from "./heat_summary";
import { HeatView } from "./heat_view";

const PATH = "reports/heatmap";

export function HeatMapPage() {
    const app = useApp();
    const chosen = usePeriod();
    const { query } = app.route.value;
    const by: RowKind = KINDS.find((kind) => kind === query.get("by")) ?? "node";
    const reading: Reading = READINGS.find((one) => one === query.get("what")) ?? "booked";
    const { span } = chosen;
    const asked = useMemo(() => span && { ...spanQuery(span), by }, [span, by]);
    const answer = useAnswer<HeatAnswer>(PATH, asked);
    const { data } = answer;
    const put = (name: string, value: string, usual: string) => {
        const next = new URLSearchParams(app.route.peek().query);
        if (value === usual) next.delete(name);
        else next.set(name, value);
        app.setQuery(next);
    };
    return (
        <div class="sheet insight" aria-busy={answer.loading}>
            <FiguresHead title="page.heat-map" chosen={chosen} path={PATH} query={asked} file={`berth-heat-map-${by}-${asked?.from.slice(0, 10)}.csv`} />
            {data && <AdviceList advice={data.advice} />}
            {data && <HeatSummary data={data} />}
            <div class="insight-head view-tools">
                <Switch
                    label={app.say("heat.what")}
                    choices={READINGS.map((one) => [one, app.say(`heat.what.${one}`)] as const)}
                    chosen={reading}
                    choose={(one) => put("what", one, "booked")}
                />
                <Switch
                    label={app.say("heat.by")}
                    choices={KINDS.map((kind) => [kind, app.say(`heat.by.${kind}`)] as const)}
                    chosen={by}
                    choose={(kind) => put("by", kind, "node")}
                />
            </div>
            <StateNote answer={answer} />
            {data && <HeatView data={data} reading={reading} />}
        </div>
    );
}
