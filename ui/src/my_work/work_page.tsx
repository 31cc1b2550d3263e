/** What is mine and what waits for me. */

import { useApp } from "../app/app";

export function WorkPage() {
    const app = useApp();
    return <div class="sheet">{app.say("loading.short")}</div>;
}
