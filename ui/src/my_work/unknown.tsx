/** What stands in place of what could not be had: the sentence why, and another try. */

import { useApp } from "../app/app";

export function Unknown({ sentence, retry }: { sentence: string; retry?: () => void }) {
    const app = useApp();
    return (
        <div class="work-unknown" role="alert">
            <p>{sentence}</p>
            {retry && (
                <button type="button" class="secondary" onClick={retry}>
                    {app.say("work.retry")}
                </button>
            )}
        </div>
    );
}
