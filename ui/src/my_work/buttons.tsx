/** Buttons for what its owner does to a reservation. */

import { useState } from "preact/hooks";
import { useApp } from "../app/app";
import { Dialog } from "../app/dialog";
import { useCalendar } from "../timeline/calendar";
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
    const slot = app.slotMinutes.value * 60_000;
    const more = Math.max(1, Math.ceil(lateBy(work) / slot)) * slot;
    const extend = () => actions.change(asReservation(work), { end: Date.parse(work.booked_end) + more });
    return (
        <button type="button" class={quiet ? "secondary" : "primary"} onClick={() => void extend()}>
            {app.say("work.extend", { time: app.formats.value.length(more) })}
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
        <button type="button" class={quiet ? "quiet" : "danger"} onClick={() => void cancel()}>
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
                {app.say("work.handover")}
            </button>
            {open && <HandOverDialog work={work} close={() => setOpen(false)} />}
        </>
    );
}

function HandOverDialog({ work, close }: { work: Work; close: () => void }) {
    const app = useApp();
    const { actions } = useCalendar();
    const [user, setUser] = useState("");
    const [team, setTeam] = useState("");
    const send = async () => {
        const to = { ...(user.trim() && { to_user: user.trim() }), ...(team.trim() && { to_team: team.trim() }) };
        if (await actions.transfer(asReservation(work), to)) close();
    };
    return (
        <Dialog title={app.say("work.handover.title", { what: fullName(work) })} close={close}>
            <form
                class="form"
                onSubmit={(event) => {
                    event.preventDefault();
                    void send();
                }}
            >
                <p class="form-how">{app.say("work.handover.how")}</p>
                <label class="field">
                    <span>{app.say("work.handover.user")}</span>
                    <input autoFocus maxLength={64} value={user} onInput={(event) => setUser(event.currentTarget.value)} />
                </label>
                <label class="field">
                    <span>{app.say("work.handover.team")}</span>
                    <input
                        maxLength={64}
                        list="work-teams"
                        value={team}
                        onInput={(event) => setTeam(event.currentTarget.value)}
                    />
                    <datalist id="work-teams">
                        {(app.site.value?.teams ?? []).map(({ name }) => (
                            <option key={name} value={name} />
                        ))}
                    </datalist>
                </label>
                <div class="form-foot">
                    <button type="button" class="secondary" onClick={close}>
                        {app.say("dialog.cancel")}
                    </button>
                    <button type="submit" class="primary" disabled={!user.trim() && !team.trim()}>
                        {app.say("work.handover.send")}
                    </button>
                </div>
            </form>
        </Dialog>
    );
}
