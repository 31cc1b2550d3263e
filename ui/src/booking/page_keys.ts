/** Keys of booking that hold on the whole calendar page: a new booking, and the way back. */

import type { Calendar } from "../timeline/calendar";

export function listenForKeys(calendar: Calendar): void {
    document.addEventListener("keydown", (event) => {
        if (event.defaultPrevented || isTyping(event.target) || calendar.app.dialogs.open.value) return;
        const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
        if (event.key === "n" && isPlain && calendar.app.route.value.page === "calendar") {
            event.preventDefault();
            calendar.booking.openNext();
        }
        if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
            if (takeBack(calendar)) event.preventDefault();
        }
    });
}

/** Takes back what was done last, as its message offers it. */
function takeBack({ app }: Calendar): boolean {
    const last = app.toasts.list.value.filter((toast) => toast.undo).at(-1);
    if (!last) return false;
    app.toasts.close(last.id);
    last.undo?.();
    return true;
}

export function isTyping(target: EventTarget | null): boolean {
    return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}
