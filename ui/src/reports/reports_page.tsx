/** Figures from the record. */

import { useApp } from "../app/app";

export function ReportsPage() {
    const app = useApp();
    return <div class="sheet">{app.say("loading.short")}</div>;
}
