/** Why a move or a new length was refused, and which windows would work. */

import { useApp } from "../app/app";
import { useCalendar } from "../timeline/calendar";
import type { RefusedChange } from "./booking";
import { PanelFrame } from "./panel_frame";
import { SuggestionList } from "./suggestion_list";

export function RefusedPanel({ refused }: { refused: RefusedChange }) {
    const app = useApp();
    const { booking } = useCalendar();
    const { reservation, problem } = refused;
    const what = reservation.title || reservation.id;
    return (
        <PanelFrame title={app.say("refused.title", { what })} close={() => booking.close()}>
            <div class="book-body form">
                <p class="form-problem" role="alert">
                    {problem.code === "unreachable" ? app.say("problem.unreachable") : problem.detail}
                </p>
                <p class="form-how">{app.say("refused.how")}</p>
                <SuggestionList />
            </div>
        </PanelFrame>
    );
}
