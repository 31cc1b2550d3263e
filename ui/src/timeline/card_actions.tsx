/** The pinned card's buttons: only what is allowed; beside them why the rest is not. */

import { useRef, useState } from "preact/hooks";
import type { PossibleAction, WireDetail } from "../actions/possible_actions";
import type { Reservation } from "../api/contract";
import { useApp, type App } from "../app/app";
import { formatRoute } from "../app/route";
import { SlotGrid } from "../time/slot_grid";
import { MINUTE } from "../time/zone";
import type { WordKey } from "../words/words";
import { useCalendar, type Calendar } from "./calendar";
import { HandOverDialog } from "./hand_over_dialog";

interface Props {
    readonly reservation: Reservation;
    readonly detail: WireDetail;
    readonly actions: readonly PossibleAction[];
    readonly leave: () => void;
}

interface Button {
    readonly name: string;
    readonly words: string;
    readonly style: "primary" | "secondary" | "danger";
    readonly act: () => unknown;
}

export function CardActions({ reservation, detail, actions, leave }: Props) {
    const app = useApp();
    const calendar = useCalendar();
    const [handsOver, setHandsOver] = useState(false);
    const isBusy = useRef(false);
    const allowed = new Set(actions.filter((action) => action.allowed).map(({ name }) => name));
    // What runs is ended; to cancel it as well would be the same with another name.
    if (allowed.has("release")) allowed.delete("cancel");
    if (detail.checked_in) allowed.delete("check_in");
    const does = buttonsOf(app, calendar, reservation, () => setHandsOver(true), leave);
    /** Once at a time; not by disabling the button, which would lose the focus. */
    const run = async (act: () => unknown) => {
        if (isBusy.current) return;
        isBusy.current = true;
        await act();
        isBusy.current = false;
    };
    return (
        <div class="card-acts">
            <div class="card-buttons">
                {does.map(({ name, words, style, act }) => {
                    if (!allowed.has(name)) return null;
                    return (
                        <button
                            key={name}
                            type="button"
                            class={style}
                            data-act={name}
                            onClick={() => void run(act)}
                        >
                            {words}
                        </button>
                    );
                })}
                <a class="secondary" data-act="details" href={formatRoute("work", null, reservation.id)}>
                    {app.say("card.details")}
                </a>
            </div>
            {allowed.has("move") && <p class="card-note">{app.say("card.move.hint")}</p>}
            <WhyNot actions={actions} />
            {handsOver && <HandOverDialog reservation={reservation} close={() => setHandsOver(false)} />}
        </div>
    );
}

function buttonsOf(
    app: App,
    { actions }: Calendar,
    reservation: Reservation,
    handOver: () => void,
    leave: () => void,
): Button[] {
    const slot = app.formats.value.length(app.slotMinutes.value * MINUTE);
    const grid = new SlotGrid(app.siteZone.value, app.slotMinutes.value);
    const extend = () =>
        actions.change(reservation, { end: grid.next(reservation.bookedEnd ?? reservation.end) });
    const cancel = async () => (await actions.cancel(reservation)) && leave();
    const release = async () => {
        const what = reservation.title || reservation.id;
        const [title, text] = [app.say("card.release.title", { what }), app.say("card.release.text")];
        if (await app.dialogs.confirm(title, text, app.say("card.release"))) await actions.release(reservation);
    };
    const button = (name: string, key: WordKey, style: Button["style"], act: () => unknown): Button => ({
        name, words: app.say(key, { slot }), style, act,
    });
    return [
        button("accept", "card.accept", "primary", () => actions.accept(reservation)),
        button("decline", "card.decline", "secondary", () => actions.decline(reservation)),
        button("check_in", "card.checkin.do", "primary", () => actions.checkIn(reservation)),
        button("extend", "card.extend", "secondary", extend),
        button("transfer", "card.handover", "secondary", handOver),
        button("release", "card.release", "danger", release),
        button("cancel", "card.cancel", "danger", cancel),
    ];
}

/** Each sentence once: mostly it is the same for all of them. */
function WhyNot({ actions }: { actions: readonly PossibleAction[] }) {
    const app = useApp();
    if (!app.user.value) {
        return (
            <button type="button" class="quiet card-who" onClick={() => void app.who()}>
                {app.say("card.who")}
            </button>
        );
    }
    const sentences = [...new Set(actions.filter(({ allowed }) => !allowed).map(({ why }) => why))].filter(Boolean);
    if (sentences.length === 0) return null;
    return (
        <details class="card-why">
            <summary>{app.say("card.why")}</summary>
            <ul>
                {sentences.map((sentence) => (
                    <li key={sentence}>{sentence}</li>
                ))}
            </ul>
        </details>
    );
}
