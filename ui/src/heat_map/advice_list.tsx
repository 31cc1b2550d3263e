/** What to buy next, in words: the most urgent first. */

import { useApp } from "../app/app";
import type { Advice } from "./heat_answer";

export function AdviceList({ advice }: { advice: readonly Advice[] }) {
    const app = useApp();
    if (advice.length === 0) return null;
    return (
        <section class="advice" aria-label={app.say("heat.advice")}>
            <h2>{app.say("heat.advice")}</h2>
            <ul>
                {advice.map(({ kind, model, text }) => (
                    <li key={model} class={`advice-${kind}`}>
                        <span class="advice-kind">{app.say(`heat.advice.${kind}`)}</span>
                        <span>{text[app.language.value]}</span>
                    </li>
                ))}
            </ul>
        </section>
    );
}
