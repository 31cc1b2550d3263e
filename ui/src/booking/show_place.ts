/** Brings a window on the screen, in another week if need be. */

import { wallTime } from "../time/zone";
import type { Calendar } from "../timeline/calendar";
import type { Place } from "./fit";

export function showPlace(calendar: Calendar, { gpus, start, end }: Place): void {
    const { app, tracks } = calendar;
    const { from, to } = calendar.period.value;
    const isFar = start >= to || end <= from;
    if (isFar) calendar.goTo(wallTime(start, app.zone.value));
    if (isFar || !isOnScreen(calendar, { gpus, start, end })) tracks.goTo(start, gpus[0]);
}

function isOnScreen({ tracks }: Calendar, { gpus, start, end }: Place): boolean {
    const view = tracks.viewRect();
    const [left, right] = [tracks.instantAt(view.left), tracks.instantAt(view.right)];
    const row = tracks.layout().rows.ofGpu(gpus[0] ?? -1);
    if (!row || end <= left || start >= right) return false;
    const top = tracks.lanes.getBoundingClientRect().top + row.top;
    return top >= view.top && top + row.height <= view.bottom;
}
