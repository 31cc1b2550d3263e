/** `23:12`, `3:04:12`; nothing is left when it is over. */
export function countdownText(left: number): string {
    const seconds = Math.max(0, Math.ceil(left / 1000));
    const two = (number: number) => String(number).padStart(2, "0");
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
