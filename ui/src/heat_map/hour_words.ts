/** Days and hours of a week as such, of no certain date. */

import { locales, type Language } from "../words/words";
import { HOURS_A_DAY } from "./heat_scale";

/** A Monday; only its weekday matters. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY = 86_400_000;

export function dayWords(language: Language, day: number, length: "short" | "long" = "short"): string {
    const formatter = new Intl.DateTimeFormat(locales[language], { weekday: length, timeZone: "UTC" });
    return formatter.format(MONDAY + day * DAY);
}

/** `Tue 14–15`, `周二 14–15 点`. */
export function hourWords(language: Language, hour: number): string {
    const from = hour % HOURS_A_DAY;
    const words = `${dayWords(language, Math.floor(hour / HOURS_A_DAY))} ${from}–${from + 1}`;
    return language === "zh" ? `${words} 点` : words;
}
