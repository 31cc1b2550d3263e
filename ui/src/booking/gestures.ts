/** The pointer on the tracks: draw a booking, move it, pull at its ends. */

import type { Calendar } from "../timeline/calendar";

export function listenForGestures(_calendar: Calendar): void {}
