/** What the keys do. `?` opens it anywhere. */

import { useEffect, useState } from "preact/hooks";
import type { WordKey } from "../words/words";
import { useApp } from "./app";
import { Dialog } from "./dialog";
import { isTyping } from "./keys";

const AREAS: readonly [title: WordKey, keys: readonly [keys: string, what: WordKey][]][] = [
    [
        "help.everywhere",
        [
            ["?", "help.help"],
            ["1 – 5", "help.pages"],
            ["Esc", "help.escape"],
        ],
    ],
    [
        "help.calendar",
        [
            ["T", "help.today"],
            ["[  ]", "help.steps"],
            ["D  W  M", "help.views"],
            ["+  −  0", "help.zoom"],
            ["Ctrl + ⟳", "help.wheel"],
            ["/", "help.search"],
            ["N", "help.book"],
            ["F", "help.find"],
        ],
    ],
    [
        "help.bars",
        [
            ["Tab", "help.tab"],
            ["← → ↑ ↓", "help.walk"],
            ["Enter", "help.pin"],
            ["Alt + ← → ↑ ↓", "help.move"],
            ["Alt + Shift + ← →", "help.resize"],
            ["Delete", "help.cancel"],
            ["Ctrl + Z", "help.undo"],
        ],
    ],
];

export function HelpSheet() {
    const app = useApp();
    const [open, setOpen] = useState(false);
    useEffect(() => {
        const key = (event: KeyboardEvent) => {
            if (event.key === "?" && !isTyping(event)) setOpen(true);
        };
        addEventListener("keydown", key);
        return () => removeEventListener("keydown", key);
    }, []);
    if (!open) return null;
    return (
        <Dialog title={app.say("help.title")} close={() => setOpen(false)} className="wide">
            <div class="help-areas">
                {AREAS.map(([title, keys]) => (
                    <section key={title}>
                        <h3>{app.say(title)}</h3>
                        <dl class="help-keys">
                            {keys.map(([names, what]) => (
                                <div key={names}>
                                    <dt>
                                        <kbd>{names}</kbd>
                                    </dt>
                                    <dd>{app.say(what)}</dd>
                                </div>
                            ))}
                        </dl>
                    </section>
                ))}
            </div>
        </Dialog>
    );
}
