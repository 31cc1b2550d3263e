/** The load by hour of the week. */

import { useApp } from "../app/app";

export function HeatMapPage() {
    const app = useApp();
    return <div class="sheet">{app.say("loading.short")}</div>;
}
