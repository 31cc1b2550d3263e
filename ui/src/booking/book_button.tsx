/** Opens the booking form without a drag. */

import { useApp } from "../app/app";
import { Icon } from "../app/icons";
import { useCalendar } from "../timeline/calendar";

export function BookButton() {
    const app = useApp();
    const calendar = useCalendar();
    return (
        <button
            type="button"
            class="primary book-button"
            title={app.say("book.button.title")}
            onClick={() => calendar.booking.openNext()}
        >
            <Icon name="plus" />
            {app.say("book.button")}
        </button>
    );
}
