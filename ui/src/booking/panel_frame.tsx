/** What the panels beside the tracks have in common: a title, a way out, Escape. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { useApp } from "../app/app";
import { Icon } from "../app/icons";

interface FrameProps {
    readonly title: string;
    readonly close: () => void;
    readonly children: ComponentChildren;
}

export function PanelFrame({ title, close, children }: FrameProps) {
    const app = useApp();
    const heading = useId();
    return (
        <aside
            class="side-panel booking-panel"
            aria-labelledby={heading}
            onKeyDown={(event) => {
                if (event.key !== "Escape") return;
                event.stopPropagation();
                close();
            }}
        >
            <header class="panel-head">
                <h2 id={heading}>{title}</h2>
                <button
                    type="button"
                    class="icon-button"
                    title={app.say("dialog.close")}
                    aria-label={app.say("dialog.close")}
                    onClick={close}
                >
                    <Icon name="close" />
                </button>
            </header>
            {children}
        </aside>
    );
}
