/** What a person chose on this page, kept in the browser; a browser that keeps nothing is fine. */

export type Theme = "system" | "light" | "dark";

export function recall(name: string): string | null {
    try {
        return localStorage.getItem(`berth.${name}`);
    } catch {
        return null;
    }
}

export function remember(name: string, value: string): void {
    try {
        localStorage.setItem(`berth.${name}`, value);
    } catch {
        // Storage is full or forbidden: the choice holds until the page is closed.
    }
}

export function recallTheme(): Theme {
    const theme = recall("theme");
    return theme === "light" || theme === "dark" ? theme : "system";
}

export function applyTheme(theme: Theme): void {
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
}
