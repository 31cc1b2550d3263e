/** A window over the page, with the browser's own focus trap and Escape. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { CloseButton } from "./close_button";

interface Props {
    readonly title: string;
    readonly close: () => void;
    readonly children: ComponentChildren;
    readonly className?: string;
}

export function Dialog({ title, close, children, className = "" }: Props) {
    const heading = useId();
    const element = useRef<HTMLDialogElement>(null);
    useEffect(() => {
        const dialog = element.current!;
        const opener = document.activeElement;
        dialog.showModal();
        return () => {
            dialog.close();
            // It is gone from the document by now, and the browser would not give the focus back.
            if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
        };
    }, []);
    return (
        <dialog
            ref={element}
            class={`dialog ${className}`}
            aria-labelledby={heading}
            onCancel={(event) => {
                event.preventDefault();
                close();
            }}
            onPointerDown={(event) => {
                if (event.target === element.current) close();
            }}
        >
            <div class="dialog-body">
                <header class="dialog-head">
                    <h2 id={heading}>{title}</h2>
                    <CloseButton close={close} />
                </header>
                {children}
            </div>
        </dialog>
    );
}
