/** Opens the question: can it be done by then? */

import { useApp } from "../app/app";
import { Icon } from "../app/icons";
import { useCalendar } from "../timeline/calendar";

export function PlanButton() {
    const app = useApp();
    const { plan } = useCalendar();
    const isOpen = plan.isOpen.value;
    return (
        <button
            type="button"
            class="secondary plan-button"
            data-key="find"
            title={`${app.say("plan.open.hint")} (F)`}
            aria-expanded={isOpen}
            onClick={() => (isOpen ? plan.close() : plan.open())}
        >
            <Icon name="flag" />
            <span>{app.say("plan.open")}</span>
        </button>
    );
}
