/** Asks on the page itself who sits here: without that there is nothing to show. */

import { useState } from "preact/hooks";
import { useApp } from "../app/app";

export function WhoForm() {
    const app = useApp();
    const [name, setName] = useState("");
    return (
        <form
            class="form work-who"
            onSubmit={(event) => {
                event.preventDefault();
                app.user.value = name.trim();
            }}
        >
            <h2>{app.say("user.title")}</h2>
            <p>{app.say("work.ask")}</p>
            <div class="work-who-line">
                <label class="field">
                    <span>{app.say("user.name")}</span>
                    <input
                        required
                        autocomplete="username"
                        maxLength={64}
                        pattern="\s*[A-Za-z0-9._@\-]+\s*"
                        title={app.say("user.pattern")}
                        value={name}
                        onInput={(event) => setName(event.currentTarget.value)}
                    />
                </label>
                <button type="submit" class="primary">
                    {app.say("user.save")}
                </button>
            </div>
            <p class="form-how">{app.say("user.how")}</p>
        </form>
    );
}
