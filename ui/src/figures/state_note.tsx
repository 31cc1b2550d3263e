/** Why there are no figures: not yet, not there, or not to be had. */

import { useApp } from "../app/app";
import { isUnknownThere, type Answer } from "./use_answer";

export function StateNote({ answer }: { answer: Answer<unknown> }) {
    const app = useApp();
    if (answer.problem) {
        const text = isUnknownThere(answer.problem) ? app.say("figures.unknown") : app.sentenceOf(answer.problem);
        return (
            <p class="state-problem" role="alert">
                {text}
            </p>
        );
    }
    if (answer.data) return null;
    return <p class="state-loading">{app.say("loading.short")}</p>;
}
