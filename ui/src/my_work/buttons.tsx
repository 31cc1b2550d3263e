/** Buttons for what its owner does to a reservation. */

import { useState } from "preact/hooks";
import { useApp } from "../app/app";
import { useCalendar } from "../timeline/calendar";
import { HandOverDialog } from "../timeline/hand_over_dialog";
import { SlotGrid } from "../time/slot_grid";
import { fullName } from "./pieces";
import { asReservation, lateBy, type Work } from "./work";

interface Props {
    readonly work: Work;
    readonly quiet?: boolean;
}

/** By a slot, or by as many as its job says it needs. */
export function ExtendButton({ work, quiet = false }: Props) {
    const app = useApp();
    const { actions } = useCalendar();
    const grid = new SlotGrid(app.siteZone.value, app.slotMinutes.value);
    const booked = Date.parse(work.booked_end);
    let end = grid.next(booked);
    while (end < booked + lateBy(work)) end = grid.next(end);
    const extend = () => actions.change(asReservation(work), { end });
    return (
        <button type="button" class={quiet ? "secondary" : "primary"} onClick={() => void extend()}>
            {app.say("work.extend", { time: app.formats.value.length(end - booked) })}
        </button>
    );
}

/** Ends it as done; there is no way back, so it asks. */
export function HandBackButton({ work }: Props) {
    const app = useApp();
    const { actions } = useCalendar();
    const finish = async () => {
        const title = app.say("work.finish.title", { what: fullName(work) });
        const sure = await app.dialogs.confirm(title, app.say("work.finish.text"), app.say("work.finish"));
        if (sure) await actions.release(asReservation(work));
    };
    return (
        <button type="button" class="secondary" onClick={() => void finish()}>
            {app.say("work.finish")}
        </button>
    );
}

export function CancelButton({ work, quiet = false }: Props) {
    const app = useApp();
    const { actions } = useCalendar();
    let words = app.say("work.cancel");
    if (work.state === "waitlisted") words = app.say("work.leave");
    if (work.state === "queued") words = app.say("work.unqueue");
    const cancel = () => actions.cancel({ id: work.id, title: work.title ?? "" });
    return (
        <button
            type="button"
            class={quiet ? "quiet" : "danger"}
            disabled={actions.leaving.value.has(work.id)}
            onClick={() => void cancel()}
        >
            {words}
        </button>
    );
}

export function HandOverButton({ work }: Props) {
    const app = useApp();
    const [open, setOpen] = useState(false);
    return (
        <>
            <button type="button" class="secondary" onClick={() => setOpen(true)}>
                {app.say("card.handover")}
            </button>
            {open && <HandOverDialog reservation={asReservation(work)} close={() => setOpen(false)} />}
        </>
    );
}
