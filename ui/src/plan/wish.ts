/**
 * What is asked of a plan: how many GPUs for how long, and by when. The form fills it in; the server
 * gets it as the body of POST plan.
 */

import type { SlotGrid } from "../time/slot_grid";
import { textOf } from "../time/instant_text";
import { HOUR, MINUTE } from "../time/zone";

/** Finished by a deadline, as early as can be, or begun at once. */
export const WHENS = ["deadline", "earliest", "now"] as const;
export type When = (typeof WHENS)[number];

export const PRIORITIES = ["P0", "P1", "P2", "P3"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** A YOLO training, as far as its length depends on it. */
export interface Training {
    readonly model: string;
    readonly images: number;
    readonly epochs: number;
    readonly imgsz: number;
    /** The data set's name; with it the booking can start the training by itself. */
    readonly data: string;
    readonly starts: boolean;
}

export interface Wish {
    readonly when: When;
    readonly deadline: number;
    readonly count: number;
    /** Empty: any. */
    readonly model: string;
    /** In GB; 0: any. */
    readonly memory: number;
    /** GPUs of several nodes will do. */
    readonly spread: boolean;
    readonly hours: number;
    /** Where the hours come from, if not from the asker. */
    readonly training: Training | null;
    readonly priority: Priority;
    readonly title: string;
    readonly team: string;
}

export const A_TRAINING: Training = {
    model: "yolov8l",
    images: 118_287,
    epochs: 100,
    imgsz: 640,
    data: "",
    starts: false,
};

const A_FEW_DAYS = 3 * 24 * HOUR;

export function firstWish(now: number, grid: SlotGrid): Wish {
    return {
        when: "deadline",
        deadline: grid.floor(now + A_FEW_DAYS),
        count: 4,
        model: "",
        memory: 0,
        spread: false,
        hours: Math.max(20, grid.slotMinutes / 60),
        training: null,
        priority: "P2",
        title: "",
        team: "",
    };
}

/** Whole slots are booked. */
export function wholeSlots(hours: number, slotMinutes: number): number {
    const slots = Math.max(1, Math.ceil((hours * 60) / slotMinutes - 1e-9));
    return (slots * slotMinutes) / 60;
}

/** What the wish is for, whenever it is: part of the body of POST plan and of POST reservations. */
function whatOf(wish: Wish, slotMinutes: number): object {
    const { count, model, memory, spread, training, priority, title, team } = wish;
    return {
        gpus: {
            count,
            ...(model && { model }),
            ...(memory > 0 && { min_memory_gb: memory }),
            ...(spread && { spread: "any" }),
        },
        hours: wholeSlots(wish.hours, slotMinutes),
        priority,
        ...(title.trim() && { title: title.trim() }),
        ...(team.trim() && { team: team.trim() }),
        ...(training?.starts && training.data.trim() && { workload: workloadOf(training) }),
    };
}

function workloadOf({ model, data, epochs, imgsz }: Training): object {
    return { kind: "yolo", model: `${model}.pt`, data: data.trim(), epochs, imgsz };
}

export function planBody(wish: Wish, slotMinutes: number): object {
    return {
        ...whatOf(wish, slotMinutes),
        ...(wish.when === "deadline" && { finish_before: textOf(wish.deadline) }),
        ...(wish.when === "now" && { start: "now" }),
    };
}

/** When the wish must begin at the latest to be done by its deadline. */
export function latestStart(wish: Wish, grid: SlotGrid): number {
    const minutes = wholeSlots(wish.hours, grid.slotMinutes) * 60;
    return grid.floor(wish.deadline - minutes * MINUTE);
}

/** Waits for a window that is in time for the deadline. */
export function waitBody(wish: Wish, grid: SlotGrid): object {
    return {
        ...whatOf(wish, grid.slotMinutes),
        start: "now",
        on_conflict: "wait",
        wait: { latest_start: textOf(latestStart(wish, grid)), mode: "auto" },
    };
}
