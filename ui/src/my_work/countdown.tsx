/** The time that is left, by the site's clock. */

import { useApp } from "../app/app";
import { countdownText } from "./countdown_text";

const DAY = 86_400_000;
const HURRY = 10 * 60_000;

export function Countdown({ until, words }: { until: number; words: string }) {
    const app = useApp();
    const left = until - app.now.value;
    const text = left > 2 * DAY ? app.formats.value.length(Math.round(left / 3_600_000) * 3_600_000) : countdownText(left);
    return (
        <div class={`countdown${left < HURRY ? " hurry" : ""}`} role="timer" aria-live="off" aria-label={`${text} ${words}`}>
            <strong>{text}</strong>
            <span>{words}</span>
        </div>
    );
}
