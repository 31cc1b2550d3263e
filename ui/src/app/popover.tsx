/**
 * A button and what it opens under itself: closes by Escape, by a click elsewhere, and by itself.
 *
 *     <Popover class="jump" words={app.say("…")} button={<Icon name="calendar" />}>
 *         {(close) => …}
 *     </Popover>
 */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface PopoverProps {
    readonly class: string;
    /** What it is, for the button's title and for whoever cannot see it. */
    readonly words: string;
    readonly button: ComponentChildren;
    readonly children: (close: () => void) => ComponentChildren;
}

export function Popover({ class: name, words, button, children }: PopoverProps) {
    const [open, setOpen] = useState(false);
    const host = useRef<HTMLDivElement>(null);
    const opener = useRef<HTMLButtonElement>(null);
    const close = () => {
        setOpen(false);
        opener.current?.focus();
    };
    useEffect(() => {
        if (!open) return;
        const first = host.current!.querySelector<HTMLElement>(".popover :is(input, button, select)");
        first?.focus();
        const elsewhere = (event: PointerEvent) => {
            if (!host.current?.contains(event.target as Node)) setOpen(false);
        };
        document.addEventListener("pointerdown", elsewhere);
        return () => document.removeEventListener("pointerdown", elsewhere);
    }, [open]);
    const onKeyDown = (event: KeyboardEvent) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        close();
    };
    return (
        <div class={`popover-host ${name}`} ref={host} onKeyDown={onKeyDown}>
            <button
                ref={opener}
                type="button"
                class="popover-button"
                title={words}
                aria-label={words}
                aria-haspopup="dialog"
                aria-expanded={open}
                onClick={() => setOpen(!open)}
            >
                {button}
            </button>
            {open && (
                <div class="popover" role="dialog" aria-label={words}>
                    {children(close)}
                </div>
            )}
        </div>
    );
}
