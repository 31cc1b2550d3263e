/** The two halves of a row: its name in the column on the left, and its track. */

import type { Gpu, Occupant, Reservation } from "../api/contract";
import { el, icon, setAttribute, setText, svg } from "../app/dom";
import type { TeamColours } from "../site/colours";
import type { NodeSpan } from "../site/store";
import { say, sayValue, type Language } from "../words/words";
import type { Row } from "./rows";

/** More do not fit beside a node's name. */
const MOST_PIPS = 8;
/** So much of a host name's end is shown, however narrow the column: there its nodes differ. */
const END_OF_HOST = 6;

/** What a node's name says of its GPUs: who holds each now, in their order, and who uses some unasked. */
export interface NodeNow {
    readonly span: NodeSpan;
    readonly gpus: readonly Gpu[];
    readonly holders: readonly (Reservation | null)[];
    readonly occupants: readonly Occupant[];
}

/** What a click on a row's name does. */
export interface NameClicks {
    toggle(): void;
    /** Tells who uses the node's GPUs without a reservation; `mark` is what was clicked. */
    occupants(mark: HTMLElement): void;
}

export class NameCell {
    readonly element: HTMLElement;
    private readonly button: HTMLButtonElement | null = null;
    private readonly label = el("span", "label");
    private readonly note = el("span", "note");
    private readonly free = el("span", "free-now");
    private readonly pips = el("span", "pips");
    private readonly dot = el("span", "dot");
    private readonly mark = new OccupiedMark();

    constructor(row: Row, clicks: NameClicks) {
        this.element = el("div", `name ${row.kind}`);
        this.element.style.top = `${row.top}px`;
        this.element.style.height = `${row.height}px`;
        if (row.kind === "gpu") {
            this.element.append(this.dot, this.label, this.note);
            return;
        }
        const name = el("span", "name-words", this.label, this.note);
        const now = el("span", "now-words", this.free, this.pips);
        this.button = el("button", "fold", icon("M6 4l4 4-4 4"), name, now);
        this.button.type = "button";
        this.button.dataset["node"] = String(row.node);
        this.button.addEventListener("click", () => clicks.toggle());
        this.mark.element.addEventListener("click", () => clicks.occupants(this.mark.element));
        this.element.append(this.button, this.mark.element);
    }

    drawNode({ span, gpus, holders, occupants }: NodeNow, open: boolean, language: Language, teams: TeamColours): void {
        this.drawNodeName(span.name);
        const kinds = new Set(gpus.map((gpu) => kindOf(gpu)).filter(Boolean));
        setText(this.note, [...kinds].join(", "));
        const taken = occupants.reduce((sum, one) => sum + one.gpus, 0);
        const unheld = gpus.filter((gpu, i) => !holders[i] && !isIll(gpu)).length;
        const free = Math.max(0, unheld - taken);
        const words = say(language, "tracks.free.of", { n: free, all: span.count });
        setText(this.free, words);
        this.free.classList.toggle("some", free > 0);
        this.drawPips(gpus, holders, teams);
        const count = say(language, "tracks.gpus", { n: span.count });
        const unasked = taken > 0 ? say(language, "occupants.gpus", { n: taken }) : "";
        const told = [`${count} ${[...kinds].join(", ")}`.trim(), words, unasked].filter(Boolean);
        this.element.title = [span.name, ...told].join(" · ");
        setAttribute(this.button!, "aria-expanded", String(open));
        setAttribute(this.button!, "aria-label", [span.name, count, words, unasked].filter(Boolean).join(", "));
        this.element.classList.toggle("taken", taken > 0);
        this.mark.draw(span.name, words, taken, language);
    }

    drawWaiting(waiting: number, open: boolean, language: Language): void {
        const words = say(language, "waiting.lane", { n: waiting });
        setText(this.label, words);
        this.element.title = say(language, "waiting.hint");
        setAttribute(this.button!, "aria-expanded", String(open));
        setAttribute(this.button!, "aria-label", words);
    }

    drawGpu(gpu: Gpu, holder: Reservation | null, colour: number, language: Language): void {
        const index = gpu.id.slice(gpu.id.lastIndexOf("/") + 1);
        setText(this.label, say(language, "tracks.gpu", { index }));
        const dot = holder ? (holder.maintenance ? "dot upkeep" : `dot team-${colour}`) : "dot free";
        if (this.dot.className !== dot) this.dot.className = dot;
        const ill = isIll(gpu);
        this.element.classList.toggle("ill", ill);
        const health = ill ? sayValue(language, "health", gpu.health!) : "";
        setText(this.note, health);
        const parts = [gpu.id, kindOf(gpu), stateOf(holder, language), health, gpu.unready_because];
        this.element.title = parts.filter(Boolean).join(" · ");
    }

    focus(): void {
        this.button?.focus();
    }

    /** A name that is too long loses its domain first, then the middle of its host name. */
    private drawNodeName(name: string): void {
        if (this.label.textContent === name) return;
        const [host = ""] = name.split(".", 1);
        const cut = Math.max(0, host.length - END_OF_HOST);
        const pieces = { "host-head": host.slice(0, cut), "host-end": host.slice(cut), domain: name.slice(host.length) };
        this.label.replaceChildren(
            ...Object.entries(pieces).map(([kind, text]) => {
                const piece = el("span", kind);
                piece.textContent = text;
                return piece;
            }),
        );
    }

    private drawPips(gpus: readonly Gpu[], holders: readonly (Reservation | null)[], teams: TeamColours): void {
        const shown = gpus.length <= MOST_PIPS ? gpus.length : 0;
        while (this.pips.childElementCount > shown) this.pips.lastElementChild!.remove();
        while (this.pips.childElementCount < shown) this.pips.append(el("span"));
        for (let i = 0; i < shown; ++i) {
            const holder = holders[i];
            let kind = "pip free";
            if (holder) kind = holder.maintenance ? "pip upkeep" : `pip team-${teams.of(holder.team)}`;
            else if (isIll(gpus[i]!)) kind = "pip ill";
            this.pips.children[i]!.className = kind;
        }
    }
}

/** In the place of what is free: so many GPUs of the node are used without a reservation. */
class OccupiedMark {
    readonly element = el("button", "occupied");
    private readonly free = el("span", "free-now");
    private readonly taken = el("span", "taken-now");

    constructor() {
        this.element.type = "button";
        this.element.hidden = true;
        this.element.setAttribute("aria-haspopup", "dialog");
        this.element.append(this.free, this.taken);
    }

    draw(node: string, free: string, taken: number, language: Language): void {
        this.element.hidden = taken === 0;
        if (taken === 0) return;
        const words = `⚠ ${say(language, "occupants.mark", { n: taken })}`;
        setText(this.free, free);
        setText(this.taken, words);
        const unasked = say(language, "occupants.of", { n: taken, node });
        this.element.title = unasked;
        setAttribute(this.element, "aria-label", `${free}, ${words}: ${unasked}`);
    }
}

export class RowCell {
    readonly element: HTMLElement;
    stale = true;
    private picture: SVGSVGElement | null = null;
    private hatch: HTMLElement | null = null;

    constructor(readonly row: Row) {
        this.element = el("div", `row ${row.kind}`);
        this.element.style.top = `${row.top}px`;
        this.element.style.height = `${row.height}px`;
    }

    skyline(): SVGSVGElement {
        if (!this.picture) {
            this.picture = svg("svg", { class: "skyline", "aria-hidden": "true" });
            this.element.append(this.picture);
        }
        return this.picture;
    }

    /** Hatches what a GPU that is out of service cannot give, from now on. */
    drawHealth(gpu: Gpu, from: string): void {
        if (!isIll(gpu)) {
            this.hatch?.remove();
            this.hatch = null;
            return;
        }
        if (!this.hatch) {
            this.hatch = el("div", "hatch");
            this.element.append(this.hatch);
        }
        this.hatch.style.left = from;
    }
}

function stateOf(holder: Reservation | null, language: Language): string {
    if (!holder) return say(language, "tracks.free");
    if (holder.maintenance) return say(language, "tracks.upkeep");
    return say(language, "tracks.held", { team: holder.team || holder.owner });
}

export function isIll(gpu: Gpu): boolean {
    return gpu.health !== undefined && gpu.health !== "healthy";
}

export function kindOf(gpu: Gpu): string {
    const memory = gpu.memory_gb ? `${gpu.memory_gb} GB` : "";
    return [gpu.model ?? "", memory].filter(Boolean).join(" ");
}
