/** Short messages at the foot of the page: what was done, with a way back, or what went wrong. */

import { signal } from "@preact/signals";
import type { ProblemDocument } from "../api/problem";

export interface Toast {
    readonly id: number;
    readonly kind: "done" | "problem";
    readonly text: string;
    /** How long it stays, in ms; a problem stays until it is closed. */
    readonly stays: number | null;
    readonly undo?: () => void;
    readonly problem?: ProblemDocument;
}

export const UNDO_TIME = 10_000;
const MOST = 4;

export class Toasts {
    readonly list = signal<readonly Toast[]>([]);
    private next = 1;

    /** Something was done; with `undo`, it can be taken back for ten seconds. */
    done(text: string, undo?: () => void): number {
        return this.add({ kind: "done", text, stays: undo ? UNDO_TIME : 5000, ...(undo && { undo }) });
    }

    problem(text: string, problem?: ProblemDocument): number {
        return this.add({ kind: "problem", text, stays: null, ...(problem && { problem }) });
    }

    close(id: number): void {
        this.list.value = this.list.value.filter((toast) => toast.id !== id);
    }

    private add(toast: Omit<Toast, "id">): number {
        const id = this.next++;
        const all = [...this.list.value, { ...toast, id }];
        // What can still be undone stays in reach.
        const oldest = all.length > MOST ? all.findIndex(({ undo }) => !undo) : -1;
        this.list.value = all.filter((_, i) => i !== oldest);
        if (toast.stays !== null) setTimeout(() => this.close(id), toast.stays);
        return id;
    }
}
