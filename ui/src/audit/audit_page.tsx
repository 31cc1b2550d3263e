/** The record of every change. */

import { useApp } from "../app/app";

export function AuditPage() {
    const app = useApp();
    return <div class="sheet">{app.say("loading.short")}</div>;
}
