/** Draws the toasts; a problem with suggestions says each in words. */

import { useApp } from "./app";
import { CloseButton } from "./close_button";
import type { Toast } from "./toasts";

export function ToastList() {
    const app = useApp();
    return (
        <div class="toasts" role="region" aria-live="polite" aria-label={app.say("toasts.label")}>
            {app.toasts.list.value.map((toast) => (
                <ToastView key={toast.id} toast={toast} />
            ))}
        </div>
    );
}

function ToastView({ toast }: { toast: Toast }) {
    const app = useApp();
    const close = () => app.toasts.close(toast.id);
    const suggestions = toast.problem?.suggestions ?? [];
    const { formats } = app;
    return (
        <div class={`toast ${toast.kind}`} role={toast.kind === "problem" ? "alert" : "status"}>
            <div class="toast-words">
                <span>{toast.text}</span>
                {suggestions.length > 0 && (
                    <ul>
                        {suggestions.slice(0, 3).map(({ start, end, gpus, why }) => (
                            <li key={`${start} ${gpus.join()}`}>
                                {formats.value.window(Date.parse(start), Date.parse(end))}
                                {why ? ` · ${why}` : ""}
                            </li>
                        ))}
                    </ul>
                )}
            </div>
            {toast.undo && (
                <button
                    type="button"
                    class="toast-undo"
                    onClick={() => {
                        close();
                        toast.undo?.();
                    }}
                >
                    {app.say("undo")}
                </button>
            )}
            <CloseButton close={close} />
            {toast.undo && <span class="toast-time" />}
        </div>
    );
}
