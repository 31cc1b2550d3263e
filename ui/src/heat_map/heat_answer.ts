/** What the server answers to GET api/v1/reports/heatmap. */

/** From 0 to 1; null where there was nothing to have, or (of use) in what has not come yet. */
export type Share = number | null;

export const KINDS = ["node", "model", "team"] as const;
export type RowKind = (typeof KINDS)[number];

export interface HeatTotal {
    readonly gpus: number;
    /** By hour of the week: 0 is Monday from 00:00 to 01:00 in the site's zone. */
    readonly booked: readonly Share[];
    readonly used: readonly Share[];
    readonly booked_share: Share;
    readonly used_share: Share;
}

export interface HeatRow extends HeatTotal {
    readonly name: string;
}

export interface WeekLoad {
    readonly from: string;
    readonly booked_share: Share;
    readonly used_share: Share;
    readonly lost_gpu_hours: number;
}

export interface Advice {
    readonly kind: "buy" | "enough" | "spread";
    readonly model: string;
    readonly text: { readonly en: string; readonly zh: string };
}

export interface HeatAnswer {
    readonly from: string;
    readonly to: string;
    readonly zone: string;
    readonly by: RowKind;
    readonly rows: readonly HeatRow[];
    readonly total: HeatTotal;
    readonly weeks: readonly WeekLoad[];
    readonly advice: readonly Advice[];
}
