/** What the keys do. */

export function HelpSheet() {
    return null;
}
