/** Who uses a node's GPUs without a reservation: a dialog beside the mark on the node's row. */

import { render } from "preact";
import type { Occupant } from "../api/contract";
import { AppContext, useApp, type App } from "../app/app";
import { el } from "../app/dom";
import { Icon } from "../app/icons";
import { putBeside } from "./beside";
import { Facts } from "./facts";

const TITLE = "occupants-title";
const CLOSED = "occupants";
const OPEN = "card pinned occupants";

export class OccupantPanel {
    readonly element = el("aside", CLOSED);
    private node: number | null = null;
    private mark: HTMLElement | null = null;

    constructor(private readonly app: App) {
        const { element } = this;
        element.hidden = true;
        element.tabIndex = -1;
        element.setAttribute("role", "dialog");
        element.setAttribute("aria-labelledby", TITLE);
        element.addEventListener("keydown", (event) => event.key === "Escape" && this.leave());
        document.addEventListener("pointerdown", (event) => {
            const target = event.target as Element;
            if (!element.contains(target) && !this.mark?.contains(target)) this.dismiss();
        });
    }

    /** Opens it beside the mark; closes it when it is open there. */
    toggle(node: number, mark: HTMLElement): void {
        const again = this.node === node;
        this.dismiss();
        if (again) return;
        this.node = node;
        this.mark = mark;
        this.element.className = OPEN;
        this.element.hidden = false;
        this.draw();
        putBeside(this.element, mark.getBoundingClientRect());
        this.element.focus({ preventScroll: true });
    }

    dismiss(): void {
        if (this.node === null) return;
        this.node = null;
        this.mark = null;
        this.element.hidden = true;
        this.element.className = CLOSED;
        render(null, this.element);
    }

    /** Writes it anew, when who is there may have changed. */
    refresh(): void {
        if (this.node === null) return;
        if (this.app.store.occupantsOf(this.node).length > 0) this.draw();
        else this.dismiss();
    }

    private leave(): void {
        const { mark } = this;
        this.dismiss();
        mark?.focus({ preventScroll: true });
    }

    private draw(): void {
        const { store } = this.app;
        const name = store.nodes[this.node!]?.name ?? "";
        render(
            <AppContext.Provider value={this.app}>
                <Occupants node={name} occupants={store.occupantsOf(this.node!)} leave={() => this.leave()} />
            </AppContext.Provider>,
            this.element,
        );
    }
}

interface Props {
    readonly node: string;
    readonly occupants: readonly Occupant[];
    readonly leave: () => void;
}

function Occupants({ node, occupants, leave }: Props) {
    const app = useApp();
    const gpus = occupants.reduce((sum, one) => sum + one.gpus, 0);
    return (
        <>
            <div class="card-top">
                <span class="card-state">{`⚠ ${app.say("occupants.gpus", { n: gpus })}`}</span>
                <button
                    type="button"
                    class="icon-button card-close"
                    title={app.say("dialog.close")}
                    aria-label={app.say("dialog.close")}
                    onClick={leave}
                >
                    <Icon name="close" />
                </button>
            </div>
            <h2 class="card-title" id={TITLE}>
                {app.say("occupants.on", { node })}
            </h2>
            {occupants.map((one) => (
                <Facts key={one.name} facts={factsOf(app, one)} />
            ))}
            <p class="card-note">{app.say("occupants.how")}</p>
        </>
    );
}

function factsOf(app: App, one: Occupant): [string, string][] {
    const facts: [string, string][] = [[app.say("occupants.name"), one.name]];
    if (one.owner) facts.push([app.say("occupants.owner"), one.owner]);
    facts.push([app.say("card.gpus"), app.say("tracks.gpus", { n: one.gpus })]);
    facts.push([app.say("occupants.since"), app.formats.value.moment(one.since)]);
    return facts;
}
