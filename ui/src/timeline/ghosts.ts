/**
 * Ghosts: windows that are not booked, drawn over the tracks. What is being dragged, what the
 * server suggests, whom a plan would move where.
 *
 *     layer.set("suggestions", [{ key: "1", kind: "suggestion", gpus, start, end, label, choose }]);
 *     layer.set("suggestions", []);
 *
 * Each user of the layer has a name of its own, so that none clears another's ghosts.
 */

import { el, setText } from "../app/dom";
import { GPU_HEIGHT, type Rows } from "./rows";
import type { TrackLayout, Viewport } from "./track_layout";

/**
 * draft: being dragged, not known to fit yet. fits, clash: known. suggestion: can be had instead.
 * urgent: what a P0 takes. evicted: would be disturbed. moved: where it would go. waiting: wished
 * for, not held. leaving: held still, about to be given back.
 */
export type GhostKind =
    | "draft"
    | "fits"
    | "clash"
    | "suggestion"
    | "urgent"
    | "evicted"
    | "moved"
    | "waiting"
    | "leaving";

export interface Ghost {
    readonly key: string;
    readonly kind: GhostKind;
    /** Flat GPU indexes, ascending. */
    readonly gpus: readonly number[];
    readonly start: number;
    readonly end: number;
    readonly label: string;
    /** A second line, where there is room. */
    readonly note?: string;
    readonly team?: number;
    /** With it the ghost is a button. */
    readonly choose?: () => void;
}

interface Run {
    readonly first: number;
    readonly count: number;
}

export class GhostLayer {
    readonly element = el("div", "ghosts");
    private readonly groups = new Map<string, readonly Ghost[]>();
    private readonly elements = new Map<string, GhostElement>();

    constructor(private readonly changed: () => void) {}

    set(group: string, ghosts: readonly Ghost[]): void {
        if (ghosts.length === 0 && !this.groups.has(group)) return;
        if (ghosts.length > 0) this.groups.set(group, ghosts);
        else this.groups.delete(group);
        this.changed();
    }

    draw(layout: TrackLayout, view: Viewport): void {
        const wanted = new Set<string>();
        for (const [group, ghosts] of this.groups) {
            for (const ghost of ghosts) this.drawGhost(`${group}/${ghost.key}`, ghost, layout, view, wanted);
        }
        for (const [key, ghost] of this.elements) {
            if (wanted.has(key)) continue;
            ghost.element.remove();
            this.elements.delete(key);
        }
    }

    private drawGhost(
        name: string,
        ghost: Ghost,
        { scale, rows }: TrackLayout,
        view: Viewport,
        wanted: Set<string>,
    ): void {
        const stretch = scale.stretch(ghost.start, ghost.end);
        if (!stretch || stretch.left > view.right || stretch.right < view.left) return;
        for (const run of runsOf(ghost.gpus, rows)) {
            const top = rows.ofGpu(run.first)!.top;
            const height = run.count * GPU_HEIGHT;
            if (top > view.bottom || top + height < view.top) continue;
            const key = `${name}@${run.first}`;
            wanted.add(key);
            let element = this.elements.get(key);
            // A ghost that became choosable is another kind of element.
            if (element && element.isButton !== (ghost.choose !== undefined)) {
                element.element.remove();
                element = undefined;
            }
            if (!element) {
                element = new GhostElement(ghost.choose !== undefined);
                this.elements.set(key, element);
                this.element.append(element.element);
            }
            element.draw(ghost, run, { ...stretch, top, height });
        }
    }
}

class GhostElement {
    readonly element: HTMLElement;
    private readonly label = el("span", "ghost-label");
    private readonly note = el("span", "ghost-note");
    private choose: (() => void) | undefined;

    constructor(readonly isButton: boolean) {
        this.element = el(isButton ? "button" : "div", "ghost", this.label, this.note);
        if (!isButton) return;
        (this.element as HTMLButtonElement).type = "button";
        this.element.addEventListener("click", () => this.choose?.());
    }

    draw(ghost: Ghost, run: Run, at: { left: number; right: number; top: number; height: number }): void {
        const lines = run.count > 1 ? " tall" : "";
        const team = ghost.team === undefined ? "" : ` team-${ghost.team}`;
        this.element.className = `ghost ${ghost.kind}${lines}${team}`;
        this.element.dataset["ghost"] = ghost.key;
        this.choose = ghost.choose;
        setText(this.label, ghost.label);
        setText(this.note, ghost.note ?? "");
        this.element.title = [ghost.label, ghost.note].filter(Boolean).join(" · ");
        const { style } = this.element;
        style.left = `${at.left}px`;
        style.width = `${Math.max(3, at.right - at.left - 1)}px`;
        style.top = `${at.top + 1}px`;
        style.height = `${at.height - 2}px`;
    }
}

/** Neighbouring GPUs whose tracks are neighbours on the page too. */
function runsOf(gpus: readonly number[], rows: Rows): Run[] {
    const runs: { first: number; count: number }[] = [];
    for (const gpu of gpus) {
        const row = rows.ofGpu(gpu);
        if (!row) continue;
        const last = runs.at(-1);
        const above = last && rows.ofGpu(last.first + last.count - 1);
        const follows = last && gpu === last.first + last.count && above?.node === row.node;
        if (follows) ++last.count;
        else runs.push({ first: gpu, count: 1 });
    }
    return runs;
}
