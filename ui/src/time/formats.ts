/** Times, lengths and GPU lists as people of one language read them, in the site's zone. */

import type { Gpu } from "../api/contract";
import type { Period } from "./time_scale";
import { locales, say, type Language } from "../words/words";

type Fields = Intl.DateTimeFormatOptions;

const CLOCK: Fields = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
const MINUTE: Fields = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DAY: Fields = { weekday: "short", day: "numeric", month: "short" };
const DAY_LONG: Fields = { weekday: "short", day: "numeric", month: "long" };
const DAY_SHORT: Fields = { weekday: "short", day: "numeric" };
const WEEKDAY: Fields = { weekday: "short" };
const DATE: Fields = { day: "numeric", month: "short" };
const DAYS: Readonly<Record<"long" | "short", Fields>> = {
    long: { day: "numeric", month: "long" },
    short: { day: "numeric", month: "short" },
};
const DATES: Fields = { day: "numeric", month: "long", year: "numeric" };
const MONTH: Fields = { month: "long", year: "numeric" };
/** Bookings share their edges, and Intl is slow: what was once written is kept. */
const KEPT = 4000;
const MOST_RUNS = 4;

export class Formats {
    private readonly formatters = new Map<Fields, Intl.DateTimeFormat>();
    private readonly texts = new Map<Fields, Map<number, string>>();

    constructor(
        readonly language: Language,
        readonly zone: string,
    ) {}

    clock(instant: number): string {
        return this.in(CLOCK).format(instant);
    }

    time(instant: number): string {
        return this.kept(MINUTE, instant - (instant % 60_000));
    }

    day(instant: number): string {
        return this.kept(DAY, instant);
    }

    /** `Wed 25 Nov 20:00`. */
    moment(instant: number): string {
        return `${this.day(instant)} ${this.time(instant)}`;
    }

    /** `Wed 25 November`. */
    dayLong(instant: number): string {
        return this.kept(DAY_LONG, instant);
    }

    /** `Wed 25`. */
    dayShort(instant: number): string {
        return this.kept(DAY_SHORT, instant);
    }

    /** `Wed`; `三` in Chinese, whose longer form says "week" seven times. */
    weekday(instant: number): string {
        return this.kept(WEEKDAY, instant).replace(/^周/, "");
    }

    /** `Mon`, `周一`. */
    weekdayName(instant: number): string {
        return this.kept(WEEKDAY, instant);
    }

    /** `25 Nov`. */
    date(instant: number): string {
        return this.kept(DATE, instant);
    }

    /** `November 2026`. */
    month(instant: number): string {
        return this.kept(MONTH, instant);
    }

    /** `2–4 December`: days of one year or not, which the reader is taken to know. */
    days(first: number, last: number, month: "long" | "short" = "long"): string {
        if (this.language === "zh") {
            const [from, to] = [this.kept(DATE, first), this.kept(DATE, last)];
            const same = from.slice(0, from.indexOf("月")) === to.slice(0, to.indexOf("月"));
            return `${from}–${same ? to.slice(to.indexOf("月") + 1) : to}`;
        }
        return this.in(DAYS[month]).formatRange(first, last).replace(/\s*[–-]\s*/, "–");
    }

    /** `Wed 25 Nov 20:00 – Fri 27 Nov 04:00 (32 h)`; the day once if it is the same. */
    window(start: number, end: number): string {
        const [from, to] = [this.day(start), this.day(end)];
        const till = from === to ? this.time(end) : `${to} ${this.time(end)}`;
        return `${from} ${this.time(start)} – ${till} (${this.length(end - start)})`;
    }

    /** `23–29 November 2026`, `2026年11月23日–29日`: what both ends share stands once. */
    period(period: Period): string {
        const [first, last] = [period.from, period.days.at(-1)!.start];
        if (this.language !== "zh") {
            return this.in(DATES).formatRange(first, last).replace(/\s*[–-]\s*/, "–");
        }
        // Chinese ranges of Intl fall back to slashes.
        const [from, to] = [period.days[0]!.date, period.days.at(-1)!.date];
        const month = from.month === to.month ? "" : `${to.month}月`;
        const year = from.year === to.year ? "" : `${to.year}年`;
        return `${from.year}年${from.month}月${from.day}日–${year}${month}${to.day}日`;
    }

    length(milliseconds: number): string {
        const minutes = Math.round(milliseconds / 60_000);
        const [h, m] = [Math.floor(minutes / 60), minutes % 60];
        if (minutes === 0) return say(this.language, "length.seconds");
        if (m === 0) return say(this.language, "length.hours", { h });
        if (h === 0) return say(this.language, "length.minutes", { m });
        return say(this.language, "length.both", { h, m });
    }

    /** As `gpuRanges`, where that would fill a paragraph: the first few, and how many in all. */
    gpusInShort(gpus: readonly number[], fleet: readonly Gpu[]): string {
        const runs = gpuRanges(gpus, fleet).split(", ");
        if (runs.length <= MOST_RUNS) return runs.join(", ");
        const some = runs.slice(0, MOST_RUNS - 1).join(", ");
        return say(this.language, "gpus.short", { gpus: some, n: gpus.length });
    }

    share(part: number): string {
        const style = { style: "percent", maximumFractionDigits: 0 } as const;
        return new Intl.NumberFormat(locales[this.language], style).format(part);
    }

    private kept(fields: Fields, instant: number): string {
        let texts = this.texts.get(fields);
        if (!texts || texts.size > KEPT) this.texts.set(fields, (texts = new Map()));
        let text = texts.get(instant);
        if (text === undefined) {
            text = this.in(fields).format(instant).replace(",", "");
            texts.set(instant, text);
        }
        return text;
    }

    private in(fields: Fields): Intl.DateTimeFormat {
        let formatter = this.formatters.get(fields);
        if (!formatter) {
            const zoned = { ...fields, timeZone: this.zone };
            formatter = new Intl.DateTimeFormat(locales[this.language], zoned);
            this.formatters.set(fields, formatter);
        }
        return formatter;
    }
}

/** `node1/0–3, node2/5`: runs of neighbours in one word. `gpus` are ascending flat indexes. */
export function gpuRanges(gpus: readonly number[], fleet: readonly Gpu[]): string {
    const runs: string[] = [];
    for (let i = 0; i < gpus.length; ) {
        const [node, index] = idOf(fleet, gpus[i]!);
        let last = index;
        let next = i + 1;
        for (; next < gpus.length && gpus[next] === gpus[next - 1]! + 1; ++next) {
            const [otherNode, otherIndex] = idOf(fleet, gpus[next]!);
            if (otherNode !== node) break;
            last = otherIndex;
        }
        runs.push(last === index ? `${node}/${index}` : `${node}/${index}–${last}`);
        i = next;
    }
    return runs.join(", ");
}

/** The node's and the GPU's part of an id. */
export function idOf(fleet: readonly Gpu[], gpu: number): [node: string, index: string] {
    const id = fleet[gpu]?.id ?? "";
    const slash = id.lastIndexOf("/");
    return [id.slice(0, slash), id.slice(slash + 1)];
}
