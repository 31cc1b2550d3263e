/** Asks to whom a reservation is handed over: a person, a team, or a person for a team. */

import { useState } from "preact/hooks";
import type { Reservation } from "../api/contract";
import { useApp } from "../app/app";
import { Dialog } from "../app/dialog";
import { useCalendar } from "./calendar";

interface Props {
    readonly reservation: Pick<Reservation, "id" | "title">;
    readonly close: () => void;
}

export function HandOverDialog({ reservation, close }: Props) {
    const app = useApp();
    const { actions } = useCalendar();
    const [user, setUser] = useState("");
    const [team, setTeam] = useState("");
    const isEmpty = !user.trim() && !team.trim();
    const known = app.site.value?.teams ?? [];
    return (
        <Dialog title={app.say("card.handover.title", { what: reservation.title || reservation.id })} close={close}>
            <form
                class="form handover-form"
                onSubmit={(event) => {
                    event.preventDefault();
                    close();
                    void actions.transfer(reservation, {
                        ...(user.trim() && { to_user: user.trim() }),
                        ...(team.trim() && { to_team: team.trim() }),
                    });
                }}
            >
                <p class="form-how">{app.say("card.handover.how")}</p>
                <div class="form-row">
                    <label class="field">
                        <span>{app.say("card.handover.user")}</span>
                        <input
                            autoFocus
                            name="to_user"
                            maxLength={64}
                            pattern="\s*[A-Za-z0-9._@\-]+\s*"
                            title={app.say("user.pattern")}
                            value={user}
                            onInput={(event) => setUser(event.currentTarget.value)}
                        />
                    </label>
                    <label class="field">
                        <span>{app.say("card.handover.team")}</span>
                        <input
                            name="to_team"
                            maxLength={64}
                            list="handover-teams"
                            value={team}
                            onInput={(event) => setTeam(event.currentTarget.value)}
                        />
                        <datalist id="handover-teams">
                            {known.map(({ name }) => (
                                <option key={name} value={name} />
                            ))}
                        </datalist>
                    </label>
                </div>
                <div class="form-foot">
                    <button type="button" class="secondary" onClick={close}>
                        {app.say("dialog.cancel")}
                    </button>
                    <button type="submit" class="primary" disabled={isEmpty}>
                        {app.say("card.handover.do")}
                    </button>
                </div>
            </form>
        </Dialog>
    );
}
