/** The period in a few figures, and how it went week by week. */

import { useApp } from "../app/app";
import { hoursText, NOTHING, shareText } from "../figures/numbers";
import { Tile, Tiles } from "../figures/tiles";
import { WeekChart } from "../figures/week_chart";
import type { HeatAnswer } from "./heat_answer";
import { extremesOf } from "./heat_scale";
import { hourWords } from "./hour_words";

export function HeatSummary({ data }: { data: HeatAnswer }) {
    const app = useApp();
    const language = app.language.value;
    const { total, weeks } = data;
    const extremes = extremesOf(total.booked);
    const lost = weeks.reduce((sum, week) => sum + week.lost_gpu_hours, 0);
    const hour = (at: number | undefined) => (at === undefined ? NOTHING : hourWords(language, at));
    const booked = (at: number | undefined) =>
        at === undefined ? "" : app.say("heat.tile.bookedshare", { share: shareText(language, total.booked[at] ?? null) });
    return (
        <div class="heat-summary">
            <Tiles label={app.say("heat.tiles")}>
                <Tile
                    name={app.say("heat.tile.booked")}
                    value={shareText(language, total.booked_share)}
                    note={app.say("tracks.gpus", { n: total.gpus })}
                />
                <Tile
                    name={app.say("heat.tile.used")}
                    value={shareText(language, total.used_share)}
                    note={app.say("heat.tile.lost", { hours: hoursText(language, lost) })}
                />
                <Tile
                    name={app.say("heat.tile.busiest")}
                    value={hour(extremes?.busiest)}
                    note={booked(extremes?.busiest)}
                />
                <Tile
                    name={app.say("heat.tile.quietest")}
                    value={hour(extremes?.quietest)}
                    note={booked(extremes?.quietest)}
                />
            </Tiles>
            <section class="figure-panel trend">
                <h2>{app.say("heat.trend")}</h2>
                <WeekChart
                    label={app.say("heat.trend")}
                    shape="lines"
                    top={1}
                    text={(value) => shareText(language, value)}
                    series={[
                        { words: app.say("heat.what.booked"), className: "series-booked" },
                        { words: app.say("heat.what.used"), className: "series-used" },
                    ]}
                    weeks={weeks.map((week) => ({
                        from: Date.parse(week.from),
                        values: [week.booked_share, week.used_share],
                    }))}
                />
            </section>
        </div>
    );
}
