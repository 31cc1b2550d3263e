/** What is said to who does not see the tracks: one line that a screen reader reads when it changes. */

import { el, setText } from "../app/dom";

export class LiveLine {
    readonly element = el("div", "live-line");

    constructor() {
        this.element.setAttribute("role", "status");
        this.element.setAttribute("aria-live", "polite");
    }

    say(text: string): void {
        setText(this.element, text);
    }
}
