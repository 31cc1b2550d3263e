/** Keys of booking that hold on the whole calendar page: a new booking, the way back, and the way out. */

import { isTyping } from "../app/keys";
import type { Calendar } from "../timeline/calendar";

export function listenForKeys(calendar: Calendar): void {
    const { app, booking } = calendar;
    document.addEventListener("keydown", (event) => {
        if (event.defaultPrevented || app.dialogs.open.value) return;
        const isTakenBack = event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
        if (isTakenBack && !isField(event.target) && takeBack(calendar)) event.preventDefault();
        if (isTyping(event) || app.route.value.page !== "calendar") return;
        if (event.key === "n") {
            event.preventDefault();
            booking.openNext();
        }
        if (event.key === "Escape") booking.close();
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

function isField(target: EventTarget | null): boolean {
    return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}
