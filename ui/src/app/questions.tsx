/** Draws the question that is open: who are you, why, are you sure. */

import { useState } from "preact/hooks";
import { useApp } from "./app";
import { Dialog } from "./dialog";
import type { Question } from "./dialogs";

export function Questions() {
    const app = useApp();
    const question = app.dialogs.open.value;
    if (!question) return null;
    const done = () => (app.dialogs.open.value = null);
    if (question.kind === "user") return <UserQuestion question={question} done={done} />;
    if (question.kind === "reason") return <ReasonQuestion question={question} done={done} />;
    return <Confirmation question={question} done={done} />;
}

type Of<K extends Question["kind"]> = Extract<Question, { kind: K }>;

interface Props<K extends Question["kind"]> {
    readonly question: Of<K>;
    readonly done: () => void;
}

function UserQuestion({ question, done }: Props<"user">) {
    const app = useApp();
    const [name, setName] = useState(question.current);
    const answer = (value: string | null) => {
        done();
        question.answer(value);
    };
    return (
        <Dialog title={app.say("user.title")} close={() => answer(null)}>
            <form
                class="form"
                onSubmit={(event) => {
                    event.preventDefault();
                    answer(name.trim());
                }}
            >
                <p class="form-how">{app.say("user.how")}</p>
                <label class="field">
                    <span>{app.say("user.name")}</span>
                    <input
                        required
                        autoFocus
                        autocomplete="username"
                        maxLength={64}
                        pattern="\s*[A-Za-z0-9._@\-]+\s*"
                        title={app.say("user.pattern")}
                        value={name}
                        onInput={(event) => setName(event.currentTarget.value)}
                    />
                </label>
                <div class="form-foot">
                    <button type="submit" class="primary">
                        {app.say("user.save")}
                    </button>
                </div>
            </form>
        </Dialog>
    );
}

function ReasonQuestion({ question, done }: Props<"reason">) {
    const app = useApp();
    const [reason, setReason] = useState("");
    const answer = (value: string | null) => {
        done();
        question.answer(value);
    };
    return (
        <Dialog title={question.what} close={() => answer(null)}>
            <form
                class="form"
                onSubmit={(event) => {
                    event.preventDefault();
                    answer(reason.trim());
                }}
            >
                <label class="field">
                    <span>{app.say("reason.title")}</span>
                    <textarea
                        required
                        autoFocus
                        rows={2}
                        maxLength={500}
                        value={reason}
                        aria-label={app.say("reason.label")}
                        onInput={(event) => setReason(event.currentTarget.value)}
                    />
                </label>
                <p class="form-how">{app.say("reason.how")}</p>
                <div class="form-foot">
                    <button type="button" class="secondary" onClick={() => answer(null)}>
                        {app.say("dialog.cancel")}
                    </button>
                    <button type="submit" class="primary" disabled={!reason.trim()}>
                        {app.say("dialog.confirm")}
                    </button>
                </div>
            </form>
        </Dialog>
    );
}

function Confirmation({ question, done }: Props<"confirm">) {
    const app = useApp();
    const answer = (yes: boolean) => {
        done();
        question.answer(yes);
    };
    return (
        <Dialog title={question.title} close={() => answer(false)}>
            <p>{question.text}</p>
            <div class="form-foot">
                <button type="button" class="secondary" onClick={() => answer(false)}>
                    {app.say("dialog.cancel")}
                </button>
                <button type="button" class="primary" onClick={() => answer(true)}>
                    {question.yes}
                </button>
            </div>
        </Dialog>
    );
}
