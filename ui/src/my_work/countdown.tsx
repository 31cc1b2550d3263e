/** The time that is left, by the site's clock. */

import { useApp } from "../app/app";

/** `23:12`, `3:04:12`; nothing is left when it is over. */
export function countdownText(left: number): string {
    const seconds = Math.max(0, Math.ceil(left / 1000));
    const two = (number: number) => String(number).padStart(2, "0");
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

const DAY = 86_400_000;
const HURRY = 10 * 60_000;

export function Countdown({ until, words }: { until: number; words: string }) {
    const app = useApp();
    const left = until - app.now.value;
    const text = left > 2 * DAY ? app.formats.value.length(Math.round(left / 3_600_000) * 3_600_000) : countdownText(left);
    return (
        <div class={`countdown${left < HURRY ? " hurry" : ""}`} role="timer" aria-label={`${text} ${words}`}>
            <strong>{text}</strong>
            <span>{words}</span>
        </div>
    );
}
