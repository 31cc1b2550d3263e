/**
 * What a training measured, sorted into small pictures: losses of training and validation together,
 * mAP50 with mAP50-95, and so on.
 *
 *     const panels = panelsOf(curves);
 *     panels[0].epochs, panels[0].series[0].values       as long as one another
 */

export interface WireCurves {
    /** Such as `train/box_loss`, `metrics/mAP50(B)`, in the order in which they were first reported. */
    readonly names: readonly string[];
    readonly attempts: readonly CurvesOfAttempt[];
}

export interface CurvesOfAttempt {
    readonly attempt: number;
    readonly points: readonly CurvePoint[];
}

export interface CurvePoint {
    readonly at: string;
    /** Of a report that named none: null. */
    readonly epoch: number | null;
    readonly values: Readonly<Record<string, number>>;
}

/** A progress event of the stream, when its report measured something. */
export interface MeasuredProgress {
    readonly attempt?: number;
    readonly at?: string;
    readonly epoch: number;
    readonly values?: Readonly<Record<string, number>>;
}

export interface Series {
    readonly name: string;
    readonly label: string;
    readonly values: readonly (number | null)[];
}

export interface Panel {
    readonly title: string;
    readonly epochs: readonly number[];
    readonly series: readonly Series[];
}

interface Row {
    readonly epoch: number;
    readonly values: Readonly<Record<string, number>>;
}

export function panelsOf(curves: WireCurves): Panel[] {
    const rows = rowsOf(curves);
    const families = new Map<string, string[]>();
    for (const name of curves.names) {
        const family = familyOf(name);
        families.set(family, [...(families.get(family) ?? []), name]);
    }
    const panels = [...families].map(([title, names]) => panelOf(title, names, rows));
    return panels.sort((a, b) => rankOf(a.title) - rankOf(b.title));
}

/**
 * The attempts as one line of epochs: one that begins again from a checkpoint does some epochs anew,
 * and these count then.
 */
export function rowsOf({ attempts }: WireCurves): Row[] {
    const rows: Row[] = [];
    for (const { points } of attempts) {
        const first = points.find(({ epoch }) => epoch !== null)?.epoch ?? null;
        if (first !== null) while (rows.length > 0 && rows.at(-1)!.epoch >= first) rows.pop();
        for (const { epoch, values } of points) {
            const at = epoch ?? (rows.at(-1)?.epoch ?? 0) + 1;
            const last = rows.at(-1);
            if (last?.epoch === at) rows[rows.length - 1] = { epoch: at, values: { ...last.values, ...values } };
            else rows.push({ epoch: at, values });
        }
    }
    return rows.sort((a, b) => a.epoch - b.epoch);
}

/** With the point that a progress event brought; null if it must be asked for instead. */
export function withProgress(curves: WireCurves, progress: MeasuredProgress): WireCurves | null {
    const { attempt, at, epoch, values } = progress;
    if (attempt === undefined || at === undefined || values === undefined) return null;
    const names = [...new Set([...curves.names, ...Object.keys(values)])];
    const known = curves.attempts.find((one) => one.attempt === attempt);
    const points = (known?.points ?? []).filter((point) => point.epoch !== epoch);
    const grown = { attempt, points: [...points, { at, epoch, values }] };
    const others = curves.attempts.filter((one) => one !== known);
    return { names, attempts: [...others, grown].sort((a, b) => a.attempt - b.attempt) };
}

function panelOf(title: string, names: readonly string[], rows: readonly Row[]): Panel {
    const labels = labelsOf(names);
    // Where none of them was measured, there is no place in the picture.
    const own = rows.filter(({ values }) => names.some((name) => name in values));
    return {
        title,
        epochs: own.map(({ epoch }) => epoch),
        series: names.map((name, i) => ({
            name,
            label: labels[i]!,
            values: own.map(({ values }) => values[name] ?? null),
        })),
    };
}

const leafOf = (name: string) => name.slice(name.lastIndexOf("/") + 1);

function familyOf(name: string): string {
    const leaf = leafOf(name);
    // Ultralytics marks what it measures of boxes and masks with (B) and (M).
    const base = leaf.replace(/\([A-Z]\)$/, "");
    if (name.startsWith("lr/") || base === "lr") return "lr";
    if (/^map/i.test(base)) return "mAP";
    if (/^(precision|recall)$/.test(base)) return "precision, recall";
    return base;
}

/** The shortest names that tell them apart. */
function labelsOf(names: readonly string[]): string[] {
    const leaves = names.map(leafOf);
    const bases = leaves.map((leaf) => leaf.replace(/\([A-Z]\)$/, ""));
    if (new Set(bases).size === names.length) return bases;
    if (new Set(leaves).size === names.length) return leaves;
    const groups = names.map((name) => name.slice(0, Math.max(0, name.lastIndexOf("/"))) || name);
    return new Set(groups).size === names.length ? groups : [...names];
}

function rankOf(title: string): number {
    if (title === "mAP") return 0;
    if (title === "precision, recall") return 1;
    if (/loss/.test(title)) return 2;
    return title === "lr" ? 4 : 3;
}
