/**
 * The lines of a log as elements: only those that changed are written anew, at most once a frame,
 * and the end stays in view as long as the reader follows it.
 */

import { el } from "../app/dom";
import { TerminalText, type Span } from "./terminal_text";

export class LogView {
    readonly element = el("div", "log-lines");
    private readonly terminal = new TerminalText();
    /** Number of the first line that is to be drawn again; null: none. */
    private dirty: number | null = null;
    private follows = true;
    /** Number of the line that the first element shows. */
    private firstDrawn = 0;

    constructor(private readonly onFollow: (follows: boolean) => void) {
        this.element.tabIndex = 0;
        this.element.setAttribute("role", "log");
        // A training writes more than anybody wants to be read to them.
        this.element.setAttribute("aria-live", "off");
        this.element.addEventListener("scroll", () => this.scrolled(), { passive: true });
    }

    push(text: string): void {
        const from = this.terminal.push(text);
        if (this.dirty === null) requestAnimationFrame(() => this.draw());
        this.dirty = Math.min(this.dirty ?? from, from);
    }

    setFollow(follows: boolean): void {
        this.follows = follows;
        if (follows) this.toEnd();
    }

    get skipsLines(): boolean {
        return this.terminal.dropped > 0;
    }

    private draw(): void {
        const { lines, dropped } = this.terminal;
        const from = Math.max(this.dirty ?? dropped, dropped);
        this.dirty = null;
        const { element } = this;
        for (; this.firstDrawn < dropped && element.firstChild; ++this.firstDrawn) element.firstChild.remove();
        this.firstDrawn = dropped;
        // The last line is empty until something is written to it.
        const count = lines.at(-1)?.length === 0 ? lines.length - 1 : lines.length;
        while (element.childElementCount > count) element.lastChild!.remove();
        for (let i = Math.min(from - dropped, element.childElementCount); i < count; ++i) {
            const line = lineElement(lines[i]!);
            if (i < element.childElementCount) element.children[i]!.replaceWith(line);
            else element.append(line);
        }
        if (this.follows) this.toEnd();
    }

    private toEnd(): void {
        this.element.scrollTop = this.element.scrollHeight;
    }

    /** Whoever scrolls up wants to read there; whoever is at the end again follows again. */
    private scrolled(): void {
        const { scrollTop, clientHeight, scrollHeight } = this.element;
        const atEnd = scrollTop + clientHeight >= scrollHeight - 8;
        if (atEnd === this.follows) return;
        this.follows = atEnd;
        this.onFollow(atEnd);
    }
}

function lineElement(spans: readonly Span[]): HTMLElement {
    const line = el("div", "log-line");
    for (const { text, style } of spans) line.append(style ? el("span", style, text) : text);
    // An empty line has its height too.
    if (spans.length === 0) line.append("\u200b");
    return line;
}
