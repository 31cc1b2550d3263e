/** The whole site in a few figures. */

import { useApp } from "../app/app";
import { hoursText, NOTHING, numberText, shareText } from "../figures/numbers";
import { Tile, Tiles } from "../figures/tiles";
import type { SummaryAnswer } from "./summary_answer";

export function SummaryTiles({ data }: { data: SummaryAnswer }) {
    const app = useApp();
    const language = app.language.value;
    const { total } = data;
    const count = (value: number) => numberText(language, value);
    const hours = (value: number | null) =>
        value === null ? NOTHING : app.say("reports.hours", { hours: hoursText(language, value) });
    const ninety = (value: number | null) =>
        value === null
            ? app.say("reports.tile.nowait")
            : app.say("reports.tile.median", { hours: hoursText(language, value) });
    const part = { n: total.reservations };
    return (
        <Tiles label={app.say("reports.tiles")}>
            <Tile
                name={app.say("reports.tile.utilisation")}
                value={shareText(language, total.utilisation)}
                note={app.say("reports.tile.hours", {
                    used: hoursText(language, total.used_gpu_hours),
                    booked: hoursText(language, total.booked_gpu_hours),
                })}
            />
            <Tile
                name={app.say("reports.tile.cancelled")}
                value={count(total.cancelled)}
                note={app.say("reports.tile.ofbookings", part)}
            />
            <Tile
                name={app.say("reports.tile.late")}
                value={count(total.cancelled_late)}
                note={app.say("reports.tile.latehow")}
            />
            <Tile
                name={app.say("reports.tile.noshows")}
                value={count(total.no_shows)}
                note={app.say("reports.tile.failed", {
                    n: count(total.failed),
                    hours: hoursText(language, total.lost_gpu_hours),
                })}
            />
            <Tile
                name={app.say("reports.tile.evicted")}
                value={count(total.evicted)}
                note={app.say("reports.tile.evictedhow")}
            />
            <Tile
                name={app.say("reports.tile.wait")}
                value={hours(total.median_wait_hours)}
                note={ninety(total.ninetieth_wait_hours)}
            />
            <Tile
                name={app.say("reports.tile.queue")}
                value={hours(total.median_queue_hours)}
                note={ninety(total.ninetieth_queue_hours)}
            />
        </Tiles>
    );
}
