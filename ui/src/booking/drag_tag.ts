/** What goes beside the pointer while it draws or moves: how many GPUs, when, and why not. */

import { el, setText } from "../app/dom";

const GAP = 16;

export class DragTag {
    readonly element = el("div", "drag-tag");
    private readonly what = el("strong");
    private readonly why = el("span");

    constructor() {
        this.element.append(this.what, this.why);
        this.element.hidden = true;
        this.element.setAttribute("aria-hidden", "true");
    }

    show(what: string, why: string, fits: boolean, x: number, y: number): void {
        this.element.hidden = false;
        this.element.classList.toggle("clash", !fits);
        setText(this.what, what);
        setText(this.why, why);
        const { offsetWidth: width, offsetHeight: height, style } = this.element;
        const left = x + GAP + width > innerWidth ? x - GAP - width : x + GAP;
        const top = y + GAP + height > innerHeight ? y - GAP - height : y + GAP;
        style.left = `${Math.max(4, left)}px`;
        style.top = `${Math.max(4, top)}px`;
    }

    hide(): void {
        this.element.hidden = true;
    }
}
