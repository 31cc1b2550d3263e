/** In which zone times are shown: the site's, this machine's, or any other. Slots stay the site's. */

import { useState } from "preact/hooks";
import { isZone } from "../time/zone";
import { useApp } from "./app";
import { Dialog } from "./dialog";

export function ZoneChoice() {
    const app = useApp();
    const [open, setOpen] = useState(false);
    const words = app.say("zone.title");
    return (
        <>
            <button
                type="button"
                class={`zone-button${app.chosenZone.value ? " foreign" : ""}`}
                title={words}
                aria-label={`${words}: ${app.zone.value}`}
                onClick={() => setOpen(true)}
            >
                {cityOf(app.zone.value)}
            </button>
            {open && <ZoneDialog close={() => setOpen(false)} />}
        </>
    );
}

function ZoneDialog({ close }: { close: () => void }) {
    const app = useApp();
    const site = app.siteZone.value;
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const [zone, setZone] = useState(app.zone.value);
    const choose = (chosen: string) => {
        app.chosenZone.value = chosen === site ? null : chosen;
        close();
    };
    return (
        <Dialog title={app.say("zone.title")} close={close}>
            <form
                class="form"
                onSubmit={(event) => {
                    event.preventDefault();
                    if (isZone(zone.trim())) choose(zone.trim());
                }}
            >
                <div class="zone-quick">
                    <button type="button" class="secondary" onClick={() => choose(site)}>
                        {app.say("zone.site", { zone: site })}
                    </button>
                    {own !== site && (
                        <button type="button" class="secondary" onClick={() => choose(own)}>
                            {app.say("zone.own", { zone: own })}
                        </button>
                    )}
                </div>
                <label class="field">
                    <span>{app.say("zone.other")}</span>
                    <input
                        list="zones"
                        value={zone}
                        spellcheck={false}
                        onInput={(event) => {
                            const { currentTarget: input } = event;
                            setZone(input.value);
                            input.setCustomValidity(isZone(input.value.trim()) ? "" : app.say("zone.unknown"));
                        }}
                    />
                    <datalist id="zones">
                        {Intl.supportedValuesOf("timeZone").map((name) => (
                            <option key={name} value={name} />
                        ))}
                    </datalist>
                </label>
                <p class="form-how">{app.say("zone.how")}</p>
                <div class="form-foot">
                    <button type="submit" class="primary">
                        {app.say("dialog.confirm")}
                    </button>
                </div>
            </form>
        </Dialog>
    );
}

function cityOf(zone: string): string {
    return zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");
}
