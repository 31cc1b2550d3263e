/** Numbers as people of one language read them; what is not known is a dash. */

import { locales, type Language } from "../words/words";

export const NOTHING = "–";

export function numberText(language: Language, value: number | null, digits = 0): string {
    if (value === null) return NOTHING;
    return new Intl.NumberFormat(locales[language], { maximumFractionDigits: digits }).format(value);
}

/** Hours to one place as long as that matters. */
export function hoursText(language: Language, value: number | null): string {
    return numberText(language, value, value !== null && Math.abs(value) < 100 ? 1 : 0);
}

export function shareText(language: Language, value: number | null): string {
    if (value === null) return NOTHING;
    return new Intl.NumberFormat(locales[language], { style: "percent", maximumFractionDigits: 0 }).format(value);
}

/** The smallest round number that is no less: where an axis may end. */
export function roundUp(value: number): number {
    if (value <= 0) return 1;
    const power = 10 ** Math.floor(Math.log10(value));
    const digit = [1, 2, 4, 6, 8, 10].find((step) => step * power >= value * (1 - 1e-9))!;
    return digit * power;
}
