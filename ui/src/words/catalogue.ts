/** One area's words in both languages: a key that Chinese lacks, or has beyond English, does not compile. */
export function catalogue<const T extends Readonly<Record<string, string>>>(
    en: T,
    zh: Readonly<Record<keyof T, string>>,
): { readonly en: T; readonly zh: Readonly<Record<keyof T, string>> } {
    return { en, zh };
}
