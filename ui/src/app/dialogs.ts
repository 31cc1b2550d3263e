/**
 * Questions that are put in a window of their own, one at a time; the shell draws them.
 *
 *     const reason = await dialogs.askReason("Cancel r-17");        // null: thought better of it
 */

import { signal } from "@preact/signals";

export type Question =
    | { readonly kind: "user"; readonly current: string; readonly answer: (name: string | null) => void }
    | { readonly kind: "reason"; readonly what: string; readonly answer: (reason: string | null) => void }
    | {
          readonly kind: "confirm";
          readonly title: string;
          readonly text: string;
          readonly yes: string;
          readonly answer: (yes: boolean) => void;
      };

export class Dialogs {
    readonly open = signal<Question | null>(null);

    askUser(current: string): Promise<string | null> {
        return new Promise((answer) => this.put({ kind: "user", current, answer }));
    }

    askReason(what: string): Promise<string | null> {
        return new Promise((answer) => this.put({ kind: "reason", what, answer }));
    }

    confirm(title: string, text: string, yes: string): Promise<boolean> {
        return new Promise((answer) => this.put({ kind: "confirm", title, text, yes, answer }));
    }

    private put(question: Question): void {
        const before = this.open.peek();
        if (before?.kind === "confirm") before.answer(false);
        else before?.answer(null);
        this.open.value = question;
    }
}
