/**
 * Zooming: how far, around what, and by which gestures.
 *
 * Ctrl or ⌘ with the wheel, a pinch on a touch pad (browsers tell it as a wheel with Ctrl), and two
 * fingers on a touch screen. The plain wheel stays the browser's own scrolling.
 */

/** Three hours across the screen: two slots can be seen whole. */
export const LEAST_SPAN = 3 / 24;
/** One notch of a mouse's wheel; touch pads send many small steps instead. */
const NOTCH = 100;
const PER_NOTCH = 1.25;
const LINE = 33;

/** Days across the screen after zooming by `factor` (over 1: closer), at most `most`. */
export function zoomed(span: number, factor: number, most: number): number {
    return Math.min(most, Math.max(LEAST_SPAN, span / factor));
}

/** How much closer a turn of the wheel goes. */
export function factorOf(wheel: { deltaY: number; deltaMode: number }): number {
    const pixels = wheel.deltaMode === 0 ? wheel.deltaY : wheel.deltaY * LINE;
    // Pinches come in steps of a few pixels and feel slow unless each counts for more.
    const gain = Math.abs(pixels) < 20 ? 3 : 1;
    const notches = Math.min(2, Math.max(-2, (-pixels * gain) / NOTCH));
    return PER_NOTCH ** notches;
}

/** What a key asks for: a step closer, away, or back to the view; null: nothing of this. */
export function zoomOfKey(event: KeyboardEvent): 1 | -1 | 0 | null {
    const { target } = event;
    const writes = target instanceof Element && target.closest("input, select, textarea, [contenteditable]");
    if (writes || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return null;
    if (event.key === "+" || event.key === "=") return 1;
    if (event.key === "-") return -1;
    return event.key === "0" ? 0 : null;
}

interface Fingers {
    readonly x: number;
    readonly apart: number;
}

/** `zoom` is told how much closer to go, and around which x of the window. */
export function listenForZoom(element: HTMLElement, zoom: (factor: number, clientX: number) => void): void {
    element.addEventListener(
        "wheel",
        (event) => {
            if (!event.ctrlKey && !event.metaKey) return;
            event.preventDefault();
            if (event.deltaY !== 0) zoom(factorOf(event), event.clientX);
        },
        { passive: false },
    );
    // Touch events rather than pointers: only these can keep two fingers from scrolling the page.
    let before: Fingers | null = null;
    element.addEventListener(
        "touchstart",
        (event) => {
            before = fingersOf(event.touches);
            if (before) event.preventDefault();
        },
        { passive: false },
    );
    element.addEventListener(
        "touchmove",
        (event) => {
            const now = fingersOf(event.touches);
            if (!now || !before) return;
            event.preventDefault();
            zoom(now.apart / before.apart, now.x);
            before = now;
        },
        { passive: false },
    );
    const end = (event: TouchEvent) => (before = fingersOf(event.touches));
    element.addEventListener("touchend", end);
    element.addEventListener("touchcancel", end);
}

function fingersOf(touches: TouchList): Fingers | null {
    const [one, two] = [touches[0], touches[1]];
    if (!one || !two || touches.length !== 2) return null;
    const apart = Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY);
    return { x: (one.clientX + two.clientX) / 2, apart: Math.max(24, apart) };
}
