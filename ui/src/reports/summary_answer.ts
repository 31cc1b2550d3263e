/** What the server answers to GET api/v1/reports/summary. */

export interface Figures {
    readonly reservations: number;
    readonly queue_jobs: number;
    readonly booked_gpu_hours: number;
    readonly used_gpu_hours: number;
    /** Booked and come to nothing: no-shows, cancelled after the start, failed. */
    readonly lost_gpu_hours: number;
    /** What was used of what was booked up to now. */
    readonly utilisation: number | null;
    readonly completed: number;
    readonly cancelled: number;
    /** Less than two hours before the start, or after it. */
    readonly cancelled_late: number;
    readonly no_shows: number;
    readonly failed: number;
    readonly evicted: number;
    readonly wishes: number;
    readonly wishes_given_up: number;
    /** From the wish until a window was promised. */
    readonly median_wait_hours: number | null;
    readonly ninetieth_wait_hours: number | null;
    /** Of queue jobs: from the ask to the start. */
    readonly median_queue_hours: number | null;
    readonly ninetieth_queue_hours: number | null;
}

export interface TeamFigures extends Figures {
    readonly name: string;
}

export interface PersonFigures extends Figures {
    readonly name: string;
    readonly team: string;
}

export interface WeekFigures extends Figures {
    /** Its Monday. */
    readonly from: string;
}

export interface SummaryAnswer {
    readonly from: string;
    readonly to: string;
    readonly zone: string;
    readonly total: Figures;
    readonly teams: readonly TeamFigures[];
    readonly people: readonly PersonFigures[];
    readonly weeks: readonly WeekFigures[];
}
