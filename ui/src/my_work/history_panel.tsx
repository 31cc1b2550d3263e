/** Who did what to it, when and why. */

import { useState } from "preact/hooks";
import { useApp, type App } from "../app/app";
import { catalogues, sayValue, type WordKey } from "../words/words";
import { Panel } from "./facts";
import { deedsOf, type Deed } from "./history";
import { momentText } from "./pieces";
import type { WorkWithHistory } from "./work";

const SHOWN = 12;

export function HistoryPanel({ work }: { work: WorkWithHistory }) {
    const app = useApp();
    const [all, setAll] = useState(false);
    const deeds = deedsOf(work.history);
    const shown = all ? deeds : deeds.slice(0, SHOWN);
    return (
        <Panel title={app.say("work.history")}>
            <ol class="history" reversed>
                {shown.map((deed) => (
                    <DeedView key={deed.sequence} deed={deed} state={work.state} />
                ))}
            </ol>
            {shown.length < deeds.length && (
                <button type="button" class="quiet" onClick={() => setAll(true)}>
                    {app.say("work.all", { n: deeds.length })}
                </button>
            )}
        </Panel>
    );
}

function DeedView({ deed, state }: { deed: Deed; state: string }) {
    const app = useApp();
    const at = Date.parse(deed.time);
    return (
        <li>
            <time dateTime={deed.time} title={app.formats.value.clock(at)}>
                {momentText(app, at)}
            </time>
            <div>
                <strong>{kindText(app, deed.kind, state)}</strong>
                <span class="who"> · {actorText(app, deed.actor)}</span>
                {deed.times > 1 && <p class="work-quiet">{app.say("work.times", { n: deed.times })}</p>}
                {deed.reason && <p class="reason">{deed.reason}</p>}
            </div>
        </li>
    );
}

/** A kind that a newer server has is shown as it is. There is one end, and it is the state. */
function kindText(app: App, kind: string, state: string): string {
    if (kind === "reservation_ended") return sayValue(app.language.value, "state", state);
    const key = `history.${kind}`;
    return key in catalogues.en ? app.say(`history.${kind}` as WordKey) : kind;
}

function actorText(app: App, actor: string): string {
    if (actor === "berth") return app.say("work.actor.berth");
    return actor.startsWith("job:") ? app.say("work.actor.job") : actor;
}
