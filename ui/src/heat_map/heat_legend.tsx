/** The colour scale with its numbers. */

import { useApp } from "../app/app";
import { shareText } from "../figures/numbers";
import { STEPS, type Reading } from "./heat_scale";

const steps = Array.from({ length: STEPS + 1 }, (_, step) => step);

/** One element per colour, in the order that `paletteOf` reads them. */
export function HeatSamples({ reading }: { reading: Reading }) {
    const [scale, below] = reading === "idle" ? ["idle", "heat"] : ["heat", "heat"];
    return (
        <>
            {steps.map((step) => (
                <i key={step} class={`${scale}-${step}`} />
            ))}
            {steps.map((step) => (
                <i key={-1 - step} class={`${below}-${step}`} />
            ))}
            <i class="heat-none" />
        </>
    );
}

interface Props {
    readonly reading: Reading;
    readonly top: number;
    /** There are cells below nothing: used beyond what was booked. */
    readonly hasBelow: boolean;
    readonly hasNone: boolean;
}

export function HeatLegend({ reading, top, hasBelow, hasNone }: Props) {
    const app = useApp();
    const language = app.language.value;
    const scale = reading === "idle" ? "idle" : "heat";
    const parts = top === 1 ? [0, 0.25, 0.5, 0.75, 1] : [0, 0.5, 1];
    const numbers = parts.map((part) => shareText(language, part * top));
    return (
        <div class="heat-legend">
            <span class="legend-words">{app.say(`heat.scale.${reading}`)}</span>
            <span class="scale">
                <span class="scale-steps" aria-hidden="true">
                    {steps.map((step) => (
                        <i key={step} class={`${scale}-${step}`} />
                    ))}
                </span>
                <span class="scale-numbers">
                    {numbers.map((number) => (
                        <span key={number}>{number}</span>
                    ))}
                </span>
            </span>
            {hasBelow && (
                <span class="legend-more">
                    <i class="heat-5" aria-hidden="true" />
                    {app.say("heat.scale.below")}
                </span>
            )}
            {hasNone && (
                <span class="legend-more">
                    <i class="dash" aria-hidden="true" />
                    {app.say("heat.scale.none")}
                </span>
            )}
        </div>
    );
}
