/** What stands on the card. */

import type { Reservation } from "../api/contract";
import { useApp } from "../app/app";
import { Icon } from "../app/icons";
import { lookOf, markOf } from "../site/states";
import { sayValue } from "../words/words";
import { factsOf } from "./card_facts";
import { PinnedPart } from "./card_pinned";
import { Facts } from "./facts";

export const TITLE = "card-title";

interface Props {
    readonly reservation: Reservation;
    readonly pinned: boolean;
    readonly leave: () => void;
}

export function CardView({ reservation, pinned, leave }: Props) {
    const app = useApp();
    const { id, state, title } = reservation;
    const mark = markOf(reservation);
    const words = sayValue(app.language.value, "state", state);
    return (
        <>
            <div class="card-top">
                <span class="card-state">{mark ? `${mark} ${words}` : words}</span>
                <span class="card-id">{id}</span>
                {pinned && (
                    <button
                        type="button"
                        class="icon-button card-close"
                        title={app.say("dialog.close")}
                        aria-label={app.say("dialog.close")}
                        onClick={leave}
                    >
                        <Icon name="close" />
                    </button>
                )}
            </div>
            <h2 class="card-title" id={TITLE}>
                {title || app.say("card.untitled")}
            </h2>
            <Meter reservation={reservation} />
            <Facts facts={factsOf(app, reservation)} />
            {pinned && <PinnedPart key={id} reservation={reservation} leave={leave} />}
        </>
    );
}

function Meter({ reservation: { progress, state } }: { reservation: Reservation }) {
    if (!progress || lookOf(state) !== "active") return null;
    const part = progress.epochs > 0 ? Math.min(1, progress.epoch / progress.epochs) : 0;
    return (
        <div class="meter">
            <div class="done" style={{ width: `${part * 100}%` }} />
        </div>
    );
}
