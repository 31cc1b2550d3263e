/** The card that tells about one reservation: while it is pointed at, has the focus, or is pinned. */

import type { TeamColours } from "../site/colours";
import type { Reservation } from "../api/contract";
import { el, setText } from "../app/dom";
import { gpuRanges, type Formats } from "../time/formats";
import { lookOf, markOf } from "../site/states";
import type { Store } from "../site/store";
import { say, sayValue, type WordKey } from "../words/words";

const GAP = 8;
const HIDE_DELAY = 60;

export class Card {
    readonly element = el("aside", "card");
    private readonly title = el("h2", "card-title");
    private readonly state = el("span", "card-state");
    private readonly id = el("span", "card-id");
    private readonly facts = el("dl", "facts");
    private readonly done = el("div", "done");
    private readonly meter = el("div", "meter", this.done);
    private shown: string | null = null;
    private pinned = false;
    private hiding: ReturnType<typeof setTimeout> | undefined;

    constructor(
        private readonly store: Store,
        private readonly teams: TeamColours,
    ) {
        const top = el("div", "card-top", this.state, this.id);
        this.element.append(top, this.title, this.meter, this.facts);
        this.element.setAttribute("role", "tooltip");
        this.element.hidden = true;
        document.addEventListener("pointerdown", (event) => {
            const target = event.target as Element;
            if (!this.element.contains(target) && !target.closest(".bar, .wish")) this.dismiss();
        });
    }

    /** Shows the reservation beside `at`; a null reservation hides the card unless it is pinned. */
    show(reservation: Reservation | null, at: DOMRect | null, formats: Formats): void {
        if (!reservation) {
            if (this.pinned) return;
            clearTimeout(this.hiding);
            this.hiding = setTimeout(() => this.dismiss(), HIDE_DELAY);
            return;
        }
        if (this.pinned && reservation.id !== this.shown) return;
        clearTimeout(this.hiding);
        this.shown = reservation.id;
        this.fill(reservation, formats);
        this.element.hidden = false;
        if (at) this.put(at);
    }

    pin(reservation: Reservation, at: DOMRect, formats: Formats): void {
        const again = this.pinned && this.shown === reservation.id;
        this.dismiss();
        if (again) return;
        this.show(reservation, at, formats);
        this.pinned = true;
        this.element.classList.add("pinned");
    }

    dismiss(): void {
        clearTimeout(this.hiding);
        this.pinned = false;
        this.shown = null;
        this.element.hidden = true;
        this.element.classList.remove("pinned");
    }

    /** Writes the card anew from the store, when what it shows may have changed. */
    refresh(formats: Formats): void {
        if (this.shown === null) return;
        const reservation = this.store.find(this.shown);
        if (reservation) this.fill(reservation, formats);
        else this.dismiss();
    }

    private fill(reservation: Reservation, formats: Formats): void {
        const { language } = formats;
        const word = (key: WordKey, gaps = {}) => say(language, key, gaps);
        const look = lookOf(reservation.state);
        this.element.className =
            `card team-${this.teams.of(reservation.team)} ${look}` + (this.pinned ? " pinned" : "");
        setText(this.title, reservation.title || word("card.untitled"));
        const mark = markOf(reservation);
        const state = sayValue(language, "state", reservation.state);
        setText(this.state, mark ? `${mark} ${state}` : state);
        setText(this.id, reservation.id);

        const team = reservation.team || word("legend.noteam");
        const facts: [string, string][] = [[word("card.team"), team]];
        if (reservation.owner) facts.push([word("card.owner"), reservation.owner]);
        const protection = reservation.preemptible ? "card.preemptible" : "card.protected";
        const rank = [reservation.priority, word(protection)].filter(Boolean).join(" · ");
        facts.push([word("card.priority"), rank]);
        facts.push([word("card.window"), formats.window(reservation.start, reservation.end)]);
        facts.push([word("card.gpus"), this.gpus(reservation, language)]);
        facts.push(...promises(reservation, formats));
        const { progress } = reservation;
        const running = progress !== null && look === "active";
        this.meter.hidden = !running;
        if (progress && running) {
            const { epoch, epochs, eta_seconds } = progress;
            const part = epochs > 0 ? Math.min(1, epoch / epochs) : 0;
            this.done.style.width = `${part * 100}%`;
            const parts = [word("card.epoch", { epoch, epochs })];
            if (eta_seconds !== null && eta_seconds !== undefined) {
                parts.push(word("card.eta", { time: formats.length(eta_seconds * 1000) }));
            }
            facts.push([word("card.progress"), parts.join(" · ")]);
        }
        this.facts.replaceChildren(
            ...facts.flatMap(([name, value]) => [el("dt", "", name), el("dd", "", value)]),
        );
    }

    private gpus(reservation: Reservation, language: Formats["language"]): string {
        const { gpus } = this.store;
        const models = new Set(reservation.gpus.map((gpu) => gpus[gpu]?.model ?? ""));
        const model = models.size === 1 ? [...models][0] : "";
        const count = say(language, "tracks.gpus", { n: reservation.gpus.length });
        const names = gpuRanges(reservation.gpus, gpus);
        return [model ? `${count} (${model})` : count, names].join(" · ");
    }

    /** Below the bar if there is room, else above it; never off the screen. */
    private put(at: DOMRect): void {
        const { offsetWidth: width, offsetHeight: height, style } = this.element;
        const [screenWidth, screenHeight] = [window.innerWidth, window.innerHeight];
        const left = Math.min(Math.max(at.left, GAP), screenWidth - width - GAP);
        const below = at.bottom + GAP;
        const fitsBelow = below + height + GAP <= screenHeight;
        const top = fitsBelow ? below : Math.max(GAP, at.top - height - GAP);
        style.left = `${Math.max(GAP, left)}px`;
        style.top = `${top}px`;
    }
}

/** What may still happen to it, or has been told. */
function promises(reservation: Reservation, formats: Formats): [string, string][] {
    const { language } = formats;
    const { bookedEnd, notice, answerBy, trouble } = reservation;
    const facts: [string, string][] = [];
    const add = (key: WordKey, value: string) => facts.push([say(language, key), value]);
    if (bookedEnd !== null) add("card.booked", formats.time(bookedEnd));
    if (notice && lookOf(reservation.state) === "active") {
        const why = sayValue(language, "notice", notice.kind);
        add("card.leaves", `${formats.time(notice.deadline)} · ${why}`);
    }
    if (answerBy !== null) add("card.answer", formats.time(answerBy));
    if (trouble) add("card.trouble", trouble);
    return facts;
}
