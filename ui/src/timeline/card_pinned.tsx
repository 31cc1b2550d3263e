/** The pinned card's lower part: what the server knows beyond the bar, and what may be done. */

import { useEffect, useState } from "preact/hooks";
import { possibleActions, type PossibleAction, type WireDetail } from "../actions/possible_actions";
import type { Reservation } from "../api/contract";
import { useApp, type App } from "../app/app";
import { podsText } from "../booking/container";
import { useCalendar } from "./calendar";
import { CardActions } from "./card_actions";
import { nextText } from "./card_facts";
import { Facts, type Fact } from "./facts";

interface Props {
    readonly reservation: Reservation;
    readonly leave: () => void;
}

const MOST_COMMAND = 90;

interface Known {
    readonly detail: WireDetail;
    readonly actions: readonly PossibleAction[];
    readonly position: number | null;
}

type Asked = { readonly known: Known } | { readonly problem: string } | null;

export function PinnedPart({ reservation, leave }: Props) {
    const app = useApp();
    const asked = useKnown(reservation);
    if (!asked) return <p class="card-note">{app.say("loading.short")}</p>;
    if ("problem" in asked) return <p class="form-problem card-note">{asked.problem}</p>;
    const { detail, actions, position } = asked.known;
    return (
        <>
            <Facts facts={moreFacts(app, reservation, detail, position)} />
            <Links detail={detail} />
            <CardActions reservation={reservation} detail={detail} actions={actions} leave={leave} />
        </>
    );
}

/** Asks when it is pinned, when somebody else sits here, and whenever something happens to it. */
function useKnown(reservation: Reservation): Asked {
    const app = useApp();
    const [asked, setAsked] = useState<Asked>(null);
    const [happened, setHappened] = useState(0);
    const { id } = reservation;
    useEffect(() => app.onEvent((event) => event.reservation?.id === id && setHappened((n) => n + 1)), [id]);
    const user = app.user.value;
    useEffect(() => {
        const asking = new AbortController();
        ask(app, reservation, asking.signal).then(
            (known) => setAsked({ known }),
            (error: unknown) => {
                if (!asking.signal.aborted) setAsked({ problem: app.sentenceOf(error) });
            },
        );
        return () => asking.abort();
    }, [id, user, happened]);
    return asked;
}

async function ask(app: App, reservation: Reservation, signal: AbortSignal): Promise<Known> {
    const { id } = reservation;
    const [detail, actions] = await Promise.all([
        app.client.get<WireDetail>(`reservations/${id}`, {}, signal),
        possibleActions(app, id, signal),
    ]);
    const waits = reservation.state === "waitlisted" || reservation.state === "displaced";
    return { detail, actions, position: waits ? await positionOf(app, id, signal) : null };
}

async function positionOf(app: App, id: string, signal: AbortSignal): Promise<number | null> {
    type Entry = { readonly id: string; readonly position?: number | null };
    const { items } = await app.client.get<{ items: Entry[] }>("waitlist", {}, signal);
    return items.find((entry) => entry.id === id)?.position ?? null;
}

function moreFacts(app: App, reservation: Reservation, detail: WireDetail, position: number | null): Fact[] {
    const facts: Fact[] = [];
    if (!reservation.maintenance) facts.push([app.say("card.workload"), workloadText(app, detail)]);
    if (position !== null) facts.push([app.say("card.position"), app.say("card.position.n", { n: position })]);
    const { transfer, check_in_by: by, next_holder: next } = detail;
    if (transfer) {
        const whom = transfer.to_user || transfer.to_team || "";
        facts.push([app.say("card.transfer"), app.say("card.transfer.waits", { whom })]);
    }
    if (by && !detail.checked_in) facts.push([app.say("card.checkin"), app.formats.value.time(Date.parse(by))]);
    if (next && !app.store.reservations.has(next.id)) {
        facts.push([app.say("card.next"), nextText(app, reservation.end, next.id, Date.parse(next.start))]);
    }
    if (detail.detail) facts.push([app.say("card.detail"), detail.detail]);
    return facts;
}

function workloadText(app: App, { workload }: WireDetail): string {
    if (!workload) return app.say("card.workload.none");
    const where = [workload.image, podsText(workload)];
    if (workload.kind !== "yolo") {
        return [shortened((workload.argv ?? []).join(" ")), ...where].filter(Boolean).join(" · ");
    }
    const { model, data, epochs, imgsz } = workload;
    const length = epochs ? app.say("card.workload.epochs", { n: epochs }) : "";
    return ["YOLO", model, data, length, imgsz ? `${imgsz} px` : "", ...where].filter(Boolean).join(" · ");
}

/** A command may be a whole script; the details have all of it. */
function shortened(command: string): string {
    return command.length > MOST_COMMAND ? `${command.slice(0, MOST_COMMAND)}…` : command;
}

/** The reservations before and after it that do the same work. */
function Links({ detail }: { detail: WireDetail }) {
    const app = useApp();
    const calendar = useCalendar();
    const go = (id: string) => {
        const [bar] = app.store.barsOfReservation(id);
        calendar.card.dismiss();
        if (!bar) return app.go("work", null, id);
        calendar.tracks.goTo(bar.reservation.start, bar.first);
        calendar.tracks.focusBar(bar);
    };
    const link = (key: "card.continues" | "card.continuedby", id: string | null | undefined) =>
        id && (
            <button type="button" class="quiet" onClick={() => go(id)}>
                {app.say(key, { id })}
            </button>
        );
    if (!detail.continues && !detail.continued_by) return null;
    return (
        <div class="card-links">
            {link("card.continues", detail.continues)}
            {link("card.continuedby", detail.continued_by)}
        </div>
    );
}
