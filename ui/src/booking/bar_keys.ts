/** Keys on a bar beyond walking: moving, resizing, cancelling. */

import type { Bar } from "../site/store";
import type { Calendar } from "../timeline/calendar";

/** Whether the key was taken. */
export function keyOnBar(_calendar: Calendar, _bar: Bar, _event: KeyboardEvent): boolean {
    return false;
}
