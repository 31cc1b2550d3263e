/** What stands over the tracks when there are none to show: loading, no GPUs, nothing booked. */

import { el, setText } from "../app/dom";
import { say, type Language } from "../words/words";

export type Notice = "none" | "loading" | "no-gpus" | "nothing-booked";

/** A first booking that every site can confirm: one GPU, now, for one slot. */
export function exampleCommand(slotMinutes: number): string {
    const hours = Math.max(1, Math.round(slotMinutes / 60));
    return `berth reserve --gpus 1 --start now --hours ${hours} --title "first run"`;
}

export class NoticePanel {
    readonly element = el("div", "notice");
    private readonly title = el("h2");
    private readonly how = el("p");
    private readonly command = el("code");

    constructor() {
        this.element.append(this.title, this.how, this.command);
        this.element.hidden = true;
    }

    show(notice: Notice, language: Language, slotMinutes: number): void {
        this.element.hidden = notice === "none";
        this.element.dataset["notice"] = notice;
        this.how.hidden = notice === "loading";
        this.command.hidden = notice !== "nothing-booked";
        if (notice === "loading") setText(this.title, say(language, "loading"));
        if (notice === "no-gpus") {
            setText(this.title, say(language, "empty.nogpus"));
            setText(this.how, say(language, "empty.nogpus.how"));
        }
        if (notice === "nothing-booked") {
            setText(this.title, say(language, "empty.title"));
            setText(this.how, say(language, "empty.how"));
            setText(this.command, exampleCommand(slotMinutes));
        }
    }
}
