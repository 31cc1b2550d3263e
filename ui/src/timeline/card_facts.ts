/** What the page knows of a reservation without asking, as names and values for its card. */

import type { Reservation } from "../api/contract";
import type { App } from "../app/app";
import { countsAsLoad, lookOf } from "../site/states";
import type { Store } from "../site/store";
import { countDown } from "../time/count_down";
import { Formats, gpuRanges } from "../time/formats";
import { sayValue } from "../words/words";
import type { Fact } from "./facts";

export function factsOf(app: App, reservation: Reservation): Fact[] {
    const { value: formats } = app.formats;
    const { start, end, owner, priority } = reservation;
    const facts: Fact[] = [[app.say("card.team"), reservation.team || app.say("legend.noteam")]];
    if (owner) facts.push([app.say("card.owner"), owner]);
    const protection = app.say(reservation.preemptible ? "card.preemptible" : "card.protected");
    facts.push([app.say("card.priority"), [priority, protection].filter(Boolean).join(" · ")]);
    facts.push([app.say("card.window"), formats.window(start, end)]);
    const { value: siteZone } = app.siteZone;
    if (formats.zone !== siteZone) {
        const there = new Formats(formats.language, siteZone);
        facts.push([app.say("card.site"), there.window(start, end)]);
    }
    facts.push([app.say("card.gpus"), gpusOf(app, reservation)]);
    facts.push(...promisesOf(app, reservation));
    const progress = progressOf(app, reservation);
    if (progress) facts.push([app.say("card.progress"), progress]);
    const next = nextOf(app.store, reservation);
    if (next) facts.push([app.say("card.next"), nextText(app, reservation.end, next.owner || next.id, next.start)]);
    return facts;
}

/** `bowen, 20:00`; with the day if that is another. */
export function nextText(app: App, end: number, who: string, start: number): string {
    const { value: formats } = app.formats;
    const [day, time] = [formats.day(start), formats.time(start)];
    const at = day === formats.day(end) ? time : `${day} ${time}`;
    return app.say("card.next.who", { who, time: at });
}

/** How far a running job has come, in words. */
function progressOf(app: App, { progress, state }: Reservation): string | null {
    if (!progress || lookOf(state) !== "active") return null;
    const { epoch, epochs, eta_seconds: eta } = progress;
    const parts = [app.say("card.epoch", { epoch, epochs })];
    if (eta !== null && eta !== undefined) {
        parts.push(app.say("card.eta", { time: app.formats.value.length(eta * 1000) }));
    }
    return parts.join(" · ");
}

function gpusOf(app: App, reservation: Reservation): string {
    const { gpus } = app.store;
    // Who waits holds none yet.
    if (reservation.gpus.length === 0) return app.say("tracks.gpus", { n: reservation.asked });
    const models = new Set(reservation.gpus.map((gpu) => gpus[gpu]?.model ?? ""));
    const model = models.size === 1 ? [...models][0] : "";
    const count = app.say("tracks.gpus", { n: reservation.gpus.length });
    const names = gpuRanges(reservation.gpus, gpus);
    return [model ? `${count} (${model})` : count, names].filter(Boolean).join(" · ");
}

/** What may still happen to it, or has been told. */
function promisesOf(app: App, reservation: Reservation): Fact[] {
    const { value: formats } = app.formats;
    const { bookedEnd, notice, answerBy, trouble, latestStart, idleSince } = reservation;
    const facts: Fact[] = [];
    const until = (instant: number) => app.say("card.in", { time: countDown(instant - app.now.value) });
    if (bookedEnd !== null) facts.push([app.say("card.booked"), formats.time(bookedEnd)]);
    if (notice && lookOf(reservation.state) === "active") {
        const why = sayValue(formats.language, "notice", notice.kind);
        const parts = [formats.time(notice.deadline), until(notice.deadline), why];
        facts.push([app.say("card.leaves"), parts.join(" · ")]);
    }
    if (answerBy !== null) {
        facts.push([app.say("card.answer"), `${formats.time(answerBy)} · ${until(answerBy)}`]);
    }
    if (latestStart !== null) {
        facts.push([app.say("card.latest"), `${formats.day(latestStart)} ${formats.time(latestStart)}`]);
    }
    if (idleSince !== null) facts.push([app.say("card.idle"), formats.time(idleSince)]);
    if (trouble) facts.push([app.say("card.trouble"), trouble]);
    return facts;
}

/** Who has one of its GPUs first after it, as far as the page knows. */
export function nextOf(store: Store, reservation: Reservation): Reservation | null {
    if (lookOf(reservation.state) !== "active" && lookOf(reservation.state) !== "booked") return null;
    const gpus = new Set(reservation.gpus);
    let next: Reservation | null = null;
    for (const node of new Set(reservation.gpus.map((gpu) => store.nodeAt(gpu)))) {
        for (const { reservation: other } of store.barsOf(node)) {
            if (next && other.start >= next.start) break;
            const follows = other.start >= reservation.end && other.id !== reservation.id;
            if (follows && countsAsLoad(other.state) && other.gpus.some((gpu) => gpus.has(gpu))) next = other;
        }
    }
    return next;
}
