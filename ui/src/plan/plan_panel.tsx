/** The question for a deadline, and its answer in words; its windows lie on the tracks. */

import { useApp } from "../app/app";
import { CloseButton } from "../app/close_button";
import { useCalendar } from "../timeline/calendar";
import { AnswerView } from "./answer_view";
import { EvictDialog } from "./evict_dialog";
import { WishForm } from "./wish_form";

export function PlanPanel() {
    const app = useApp();
    const { plan, booking } = useCalendar();
    // The booking form takes the place while a window is being booked there.
    if (!plan.isOpen.value || booking.draft.value !== null) return null;
    const asked = plan.asked.value;
    const isForm = plan.editing.value || !asked;
    const close = () => {
        plan.close();
        document.querySelector<HTMLElement>(".plan-button")?.focus();
    };
    return (
        <aside
            class="side-panel plan-panel"
            aria-label={app.say("plan.title")}
            onKeyDown={(event) => {
                const isInDialog = (event.target as Element).closest("dialog");
                if (event.key === "Escape" && !isInDialog) close();
            }}
        >
            <header class="dialog-head">
                <h2>{app.say("plan.title")}</h2>
                <CloseButton close={close} />
            </header>
            {isForm ? <WishForm /> : <AnswerView asked={asked} />}
            {plan.confirming.value && asked?.answer.eviction && <EvictDialog eviction={asked.answer.eviction} />}
        </aside>
    );
}
