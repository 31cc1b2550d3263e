/** Where jobs run on a cluster: the image of the container, and what is given to it. */

import { useApp } from "../app/app";
import { useCalendar } from "../timeline/calendar";
import { rowsOf } from "./container";
import type { ContainerForm } from "./form";

export function ContainerFields() {
    const app = useApp();
    const { booking } = useCalendar();
    if (!booking.site().onCluster) return null;
    const { container } = booking.form.value;
    const usual = app.site.value?.image ?? "";
    const set = (part: Partial<ContainerForm>) => booking.set({ container: { ...container, ...part } });
    return (
        <>
            <label class="field">
                <span>{app.say("work.image")}</span>
                <input
                    name="image"
                    class="code"
                    spellcheck={false}
                    required={!usual}
                    placeholder={usual || "registry.example.org/yolo:8.3"}
                    value={container.image}
                    onInput={(event) => set({ image: event.currentTarget.value })}
                />
            </label>
            {(["volumes", "secrets"] as const).map((name) => (
                <label key={name} class="field">
                    <span>{app.say(`work.${name}`)}</span>
                    <textarea
                        name={name}
                        class="code"
                        rows={rowsOf(container[name])}
                        spellcheck={false}
                        placeholder={name === "volumes" ? "coco:/data:ro" : "wandb"}
                        value={container[name]}
                        onInput={(event) => set({ [name]: event.currentTarget.value })}
                    />
                </label>
            ))}
        </>
    );
}
