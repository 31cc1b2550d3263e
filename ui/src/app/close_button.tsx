/** The cross that closes what it stands on. */

import { useApp } from "./app";
import { Icon } from "./icons";

export function CloseButton({ close }: { close: () => void }) {
    const app = useApp();
    const words = app.say("dialog.close");
    return (
        <button type="button" class="icon-button" title={words} aria-label={words} onClick={close}>
            <Icon name="close" />
        </button>
    );
}
