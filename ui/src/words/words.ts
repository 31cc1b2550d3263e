/**
 * Every word of the page, in both languages. A key that one language lacks does not compile, and
 * a test compares the catalogues' keys and gaps. Each area of the page has a file of its own.
 *
 * `{name}` is a gap; `one|other` chooses by the number in the gap `n`.
 */

import { actionWords } from "./action_words";
import { auditWords } from "./audit_words";
import { bookingWords } from "./booking_words";
import { calendarWords } from "./calendar_words";
import { commonWords } from "./common_words";
import { helpWords } from "./help_words";
import { insightWords } from "./insight_words";
import { planWords } from "./plan_words";
import { workWords } from "./work_words";

const en = {
    ...commonWords.en,
    ...actionWords.en,
    ...calendarWords.en,
    ...bookingWords.en,
    ...planWords.en,
    ...workWords.en,
    ...insightWords.en,
    ...auditWords.en,
    ...helpWords.en,
};

export type WordKey = keyof typeof en;

const zh: Readonly<Record<WordKey, string>> = {
    ...commonWords.zh,
    ...actionWords.zh,
    ...calendarWords.zh,
    ...bookingWords.zh,
    ...planWords.zh,
    ...workWords.zh,
    ...insightWords.zh,
    ...auditWords.zh,
    ...helpWords.zh,
};

export const catalogues = { en, zh } as const;
export type Language = keyof typeof catalogues;


export const locales: Readonly<Record<Language, string>> = { en: "en-GB", zh: "zh-CN" };

export type Gaps = Readonly<Record<string, string | number>>;

/** The words of `key`, with its gaps filled. */
export function say(language: Language, key: WordKey, gaps: Gaps = {}): string {
    let text: string = catalogues[language][key];
    const forms = text.split("|");
    if (forms.length === 2) {
        const form = new Intl.PluralRules(locales[language]).select(Number(gaps["n"]));
        text = forms[form === "one" ? 0 : 1]!;
    }
    return text.replace(/\{(\w+)\}/g, (gap, name: string) => String(gaps[name] ?? gap));
}

export type ValueGroup = "state" | "health" | "notice" | "event" | "command";

/** Words for a value that the server may have beyond the catalogue: then the value itself. */
export function sayValue(language: Language, group: ValueGroup, value: string): string {
    const key = `${group}.${value}`;
    return key in catalogues[language] ? say(language, key as WordKey) : value;
}

/** The first of the browser's languages that the page has; English if none. */
export function languageOf(preferred: readonly string[]): Language {
    for (const tag of preferred) {
        const language = tag.toLowerCase().split("-")[0];
        if (language === "zh" || language === "en") return language;
    }
    return "en";
}
