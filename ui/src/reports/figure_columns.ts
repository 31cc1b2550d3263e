/** The columns that tables of teams, people and weeks have in common. */

import type { App } from "../app/app";
import { hoursText, numberText, shareText } from "../figures/numbers";
import type { Column } from "../figures/table";
import type { Figures } from "./summary_answer";

type Number = number | null;

export function figureColumns<Row extends Figures>(app: App): Column<Row>[] {
    const language = app.language.value;
    const count = (value: Number) => numberText(language, value);
    const hours = (value: Number) => hoursText(language, value);
    const share = (value: Number) => shareText(language, value);
    const make = (
        [key, words, how]: readonly [key: string, words: string, how?: string],
        value: (row: Row) => Number,
        text: (value: Number) => string,
    ): Column<Row> => ({ key, words, ...(how && { how }), value, text: (row) => text(value(row)) });
    return [
        make(["reservations", app.say("reports.column.reservations")], (row) => row.reservations, count),
        make(["queued", app.say("reports.column.queued")], (row) => row.queue_jobs, count),
        make(
            ["booked", app.say("reports.column.booked"), app.say("reports.column.booked.how")],
            (row) => row.booked_gpu_hours,
            hours,
        ),
        make(
            ["used", app.say("reports.column.used"), app.say("reports.column.used.how")],
            (row) => row.used_gpu_hours,
            hours,
        ),
        make(
            ["lost", app.say("reports.column.lost"), app.say("reports.column.lost.how")],
            (row) => row.lost_gpu_hours,
            hours,
        ),
        make(
            ["utilisation", app.say("reports.column.utilisation"), app.say("reports.column.utilisation.how")],
            (row) => row.utilisation,
            share,
        ),
        make(["cancelled", app.say("reports.column.cancelled")], (row) => row.cancelled, count),
        make(
            ["late", app.say("reports.column.late"), app.say("reports.column.late.how")],
            (row) => row.cancelled_late,
            count,
        ),
        make(["noshows", app.say("reports.column.noshows")], (row) => row.no_shows, count),
        make(["failed", app.say("reports.column.failed")], (row) => row.failed, count),
        make(["evicted", app.say("reports.column.evicted")], (row) => row.evicted, count),
        make(
            ["wait", app.say("reports.column.wait"), app.say("reports.column.wait.how")],
            (row) => row.median_wait_hours,
            hours,
        ),
        make(
            ["ninety", app.say("reports.column.wait.ninety"), app.say("reports.column.wait.ninety.how")],
            (row) => row.ninetieth_wait_hours,
            hours,
        ),
    ];
}
