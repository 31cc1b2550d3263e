/** The output of its job, live. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app/app";
import { Icon } from "../app/icons";
import { LogReader, wholeLog, type LogState } from "./log_reader";
import { LogView } from "./log_view";
import type { Work } from "./work";

export function LogPanel({ work }: { work: Work }) {
    const app = useApp();
    const [chosen, setChosen] = useState<number | null>(null);
    if (!work.workload) return null;
    // Whoever has not chosen follows the latest start.
    const attempt = chosen ?? work.attempt;
    return (
        <section class="panel log" aria-label={app.say("log.title")}>
            {work.attempt === 0 ? (
                <>
                    <h2>{app.say("log.title")}</h2>
                    <p class="work-quiet">{app.say("log.notyet")}</p>
                </>
            ) : (
                <Log key={attempt} id={work.id} attempt={attempt}>
                    {work.attempt > 1 && (
                        <select
                            aria-label={app.say("work.attempts")}
                            value={String(attempt)}
                            onChange={(event) => {
                                const number = Number(event.currentTarget.value);
                                setChosen(number === work.attempt ? null : number);
                            }}
                        >
                            {Array.from({ length: work.attempt }, (_, i) => (
                                <option key={i} value={String(i + 1)}>
                                    {app.say("log.nth", { n: i + 1 })}
                                </option>
                            ))}
                        </select>
                    )}
                </Log>
            )}
        </section>
    );
}

interface Props {
    readonly id: string;
    readonly attempt: number;
    readonly children: ComponentChildren;
}

function Log({ id, attempt, children }: Props) {
    const app = useApp();
    const host = useRef<HTMLDivElement>(null);
    const view = useRef<LogView | null>(null);
    const [state, setState] = useState<LogState>({ is: "loading" });
    const [follows, setFollows] = useState(true);
    const [isEmpty, setEmpty] = useState(true);
    const [isCut, setCut] = useState(false);
    const [wraps, setWraps] = useState(true);
    useEffect(() => {
        const shown = new LogView(setFollows);
        shown.element.setAttribute("aria-label", app.say("log.title"));
        view.current = shown;
        host.current!.append(shown.element);
        const reader = new LogReader(app.client, id, attempt, {
            text: (text, skipped) => {
                shown.push(text);
                setEmpty(false);
                if (skipped > 0 || shown.skipsLines) setCut(true);
            },
            state: setState,
        });
        void reader.run();
        return () => reader.stop();
    }, [id, attempt]);
    const follow = (on: boolean) => {
        setFollows(on);
        view.current?.setFollow(on);
    };
    return (
        <>
            <div class="log-bar">
                <h2>{app.say("log.title")}</h2>
                {children}
                <LogStatus state={state} />
                <div class="work-buttons">
                    <label class="check">
                        <input type="checkbox" checked={wraps} onChange={() => setWraps(!wraps)} />
                        {app.say("log.wrap")}
                    </label>
                    <label class="check">
                        <input
                            type="checkbox"
                            class="log-follow"
                            checked={follows}
                            onChange={(event) => follow(event.currentTarget.checked)}
                        />
                        {app.say("log.follow")}
                    </label>
                    <DownloadButton id={id} attempt={attempt} disabled={isEmpty} />
                </div>
            </div>
            {isCut && <p class="log-note">{app.say("log.skipped")}</p>}
            {isEmpty && state.is !== "loading" && (
                <p class="work-quiet">{app.say(state.is === "open" ? "log.quiet" : "log.none")}</p>
            )}
            <div class={`log-frame${wraps ? "" : " long"}`} ref={host} hidden={isEmpty}>
                {!follows && (
                    <button type="button" class="secondary log-end" onClick={() => follow(true)}>
                        {app.say("log.toend")}
                    </button>
                )}
            </div>
        </>
    );
}

function LogStatus({ state }: { state: LogState }) {
    const app = useApp();
    if (state.is === "loading") return <span class="log-status">{app.say("loading.short")}</span>;
    if (state.is === "lost") return <span class="log-status lost">{app.say("log.lost")}</span>;
    if (state.is === "none") return null;
    return (
        <span class={`log-status ${state.is}`}>
            {state.is === "open" && <span class="lamp" />}
            {app.say(state.is === "open" ? "log.live" : "log.ended")}
        </span>
    );
}

function DownloadButton({ id, attempt, disabled }: { id: string; attempt: number; disabled: boolean }) {
    const app = useApp();
    const [isBusy, setBusy] = useState(false);
    const download = async () => {
        setBusy(true);
        try {
            const address = URL.createObjectURL(await wholeLog(app.client, id, attempt));
            const link = document.createElement("a");
            link.href = address;
            link.download = `${id}-${attempt}.log`;
            link.click();
            setTimeout(() => URL.revokeObjectURL(address), 60_000);
        } catch (error) {
            app.tell(error);
        } finally {
            setBusy(false);
        }
    };
    return (
        <button type="button" class="secondary" disabled={disabled || isBusy} onClick={() => void download()}>
            <Icon name="download" />
            {app.say("log.download")}
        </button>
    );
}
