/** The two halves of a row: its name in the column on the left, and its track. */

import type { Gpu, Reservation } from "../api/contract";
import { el, icon, setText, svg } from "../app/dom";
import type { Row } from "./rows";
import type { NodeSpan } from "../site/store";
import { say, sayValue, type Language } from "../words/words";

export class NameCell {
    readonly element: HTMLElement;
    private readonly button: HTMLButtonElement | null = null;
    private readonly label = el("span", "label");
    private readonly note = el("span", "note");
    private readonly dot = el("span", "dot");

    constructor(row: Row, toggle: (node: number) => void) {
        this.element = el("div", `name ${row.kind}`);
        this.element.style.top = `${row.top}px`;
        this.element.style.height = `${row.height}px`;
        if (row.kind === "node") {
            this.button = el("button", "fold", icon("M6 4l4 4-4 4"), this.label, this.note);
            this.button.type = "button";
            this.button.dataset["node"] = String(row.node);
            this.button.addEventListener("click", () => toggle(row.node));
            this.element.append(this.button);
        } else {
            this.element.append(this.dot, this.label, this.note);
        }
    }

    drawNode(span: NodeSpan, gpus: readonly Gpu[], open: boolean, language: Language): void {
        setText(this.label, span.name);
        const kinds = new Map<string, number>();
        for (const gpu of gpus) {
            const kind = kindOf(gpu);
            kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        }
        const note = [...kinds].map(([kind, n]) => (kind ? `${n} × ${kind}` : `${n} × GPU`));
        setText(this.note, note.join(", "));
        this.element.title = `${span.name}: ${note.join(", ")}`;
        this.button!.setAttribute("aria-expanded", String(open));
        const count = say(language, "tracks.gpus", { n: span.count });
        this.button!.setAttribute("aria-label", `${span.name}, ${count}`);
    }

    drawGpu(gpu: Gpu, holder: Reservation | null, colour: number, language: Language): void {
        const index = gpu.id.slice(gpu.id.lastIndexOf("/") + 1);
        setText(this.label, say(language, "tracks.gpu", { index }));
        this.dot.className = holder ? `dot team-${colour}` : "dot free";
        const state = holder
            ? say(language, "tracks.held", { team: holder.team || holder.owner })
            : say(language, "tracks.free");
        const ill = isIll(gpu);
        this.element.classList.toggle("ill", ill);
        setText(this.note, ill ? sayValue(language, "health", gpu.health!) : "");
        this.element.title = [gpu.id, kindOf(gpu), state].filter(Boolean).join(" · ");
    }

    focus(): void {
        this.button?.focus();
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
    drawHealth(gpu: Gpu, from: number): void {
        if (!isIll(gpu)) {
            this.hatch?.remove();
            this.hatch = null;
            return;
        }
        if (!this.hatch) {
            this.hatch = el("div", "hatch");
            this.element.append(this.hatch);
        }
        this.hatch.style.left = `${from}px`;
    }
}

function isIll(gpu: Gpu): boolean {
    return gpu.health !== undefined && gpu.health !== "healthy";
}

function kindOf(gpu: Gpu): string {
    const memory = gpu.memory_gb ? `${gpu.memory_gb} GB` : "";
    return [gpu.model ?? "", memory].filter(Boolean).join(" ");
}
