/** What the panels beside the tracks have in common: a title, a way out, Escape. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { CloseButton } from "../app/close_button";

interface FrameProps {
    readonly title: string;
    readonly close: () => void;
    readonly children: ComponentChildren;
}

export function PanelFrame({ title, close, children }: FrameProps) {
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
                <CloseButton close={close} />
            </header>
            {children}
        </aside>
    );
}
