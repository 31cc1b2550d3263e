/** The page's header: name, the site's clock, week navigation, switches, and the connection. */

import { el, icon, setAttribute, setText, svg } from "./dom";
import type { Connection } from "./feed";
import type { Formats } from "./formats";
import type { Theme } from "./preferences";
import type { Week } from "./time_scale";
import { weekNumber } from "./zone";
import { say, type Language, type WordKey } from "./words";

export interface HeaderHandlers {
    /** By how many weeks to go; 0 is today's. */
    week(step: -1 | 0 | 1): void;
    span(days: number): void;
    language(language: Language): void;
    theme(theme: Theme): void;
}

const SPANS: readonly [days: number, key: WordKey][] = [
    [7, "span.week"],
    [3, "span.three"],
    [1, "span.day"],
];
const LANGUAGES: readonly [Language, string, string][] = [
    ["en", "EN", "English"],
    ["zh", "中文", "中文"],
];
const THEMES: readonly Theme[] = ["system", "light", "dark"];
const THEME_ICONS: Readonly<Record<Theme, string[]>> = {
    system: ["M2 3h12v8H2zM6 14h4M8 11v3"],
    light: [
        "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
        "M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1",
    ],
    dark: ["M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z"],
};

export class Header {
    readonly element = el("header", "header");
    private readonly time = el("time", "clock-time");
    private readonly place = el("span", "clock-place");
    private readonly clock = el("div", "clock", this.time, this.place);
    private readonly previous = button("nav", icon("M10 3L5 8l5 5"));
    private readonly today = button("nav today");
    private readonly next = button("nav", icon("M6 3l5 5-5 5"));
    private readonly weekName = el("h1", "week-name");
    private readonly weekNumber = el("span", "week-number");
    private readonly spans = el("div", "switch spans");
    private readonly languages = el("div", "switch languages");
    private readonly theme = button("nav theme");
    private readonly stateText = el("span", "state-text");
    private readonly stateNote = el("span", "state-note");
    private readonly state = el("div", "connection", el("span", "lamp"));
    private readonly simulated = el("span", "simulated");
    private chosenTheme: Theme = "system";

    constructor(handlers: HeaderHandlers) {
        this.state.append(el("span", "state-words", this.stateText, this.stateNote));
        this.state.setAttribute("role", "status");
        this.previous.addEventListener("click", () => handlers.week(-1));
        this.today.addEventListener("click", () => handlers.week(0));
        this.next.addEventListener("click", () => handlers.week(1));
        this.theme.addEventListener("click", () => {
            const next = THEMES[(THEMES.indexOf(this.chosenTheme) + 1) % THEMES.length]!;
            handlers.theme(next);
        });
        for (const [days] of SPANS) {
            const choice = button("choice");
            choice.dataset["days"] = String(days);
            choice.addEventListener("click", () => handlers.span(days));
            this.spans.append(choice);
        }
        for (const [language, name, title] of LANGUAGES) {
            const choice = button("choice", name);
            choice.lang = language;
            choice.title = title;
            choice.dataset["language"] = language;
            choice.addEventListener("click", () => handlers.language(language));
            this.languages.append(choice);
        }
        for (const group of [this.spans, this.languages]) group.setAttribute("role", "group");
        this.weekName.setAttribute("aria-live", "polite");
        this.simulated.hidden = true;

        const brand = el("div", "brand", logo(), el("span", "brand-name", "Berth"));
        const steps = el("div", "steps", this.previous, this.today, this.next);
        const weeks = el("nav", "weeks", steps, this.weekName, this.weekNumber);
        const tools = el("div", "tools", this.simulated, this.spans, this.languages, this.theme);
        tools.append(this.state);
        this.element.append(brand, this.clock, weeks, tools);
    }

    setWords(language: Language, theme: Theme): void {
        const word = (key: WordKey) => say(language, key);
        this.chosenTheme = theme;
        this.clock.title = word("clock.title");
        name(this.previous, word("week.previous"));
        name(this.next, word("week.next"));
        setText(this.today, word("week.today"));
        this.spans.setAttribute("aria-label", word("span.label"));
        this.languages.setAttribute("aria-label", word("language.label"));
        name(this.theme, word(`theme.${theme}`));
        this.theme.replaceChildren(icon(...THEME_ICONS[theme]));
        SPANS.forEach(([, key], i) => setText(this.spans.children[i]!, word(key)));
        for (const choice of this.languages.children) {
            const chosen = (choice as HTMLElement).dataset["language"] === language;
            choice.setAttribute("aria-pressed", String(chosen));
        }
        setText(this.simulated, word("gpus.simulated"));
    }

    setSpan(days: number): void {
        for (const choice of this.spans.children) {
            const chosen = (choice as HTMLElement).dataset["days"] === String(days);
            choice.setAttribute("aria-pressed", String(chosen));
        }
    }

    setWeek(week: Week, formats: Formats, isCurrent: boolean): void {
        setText(this.weekName, formats.week(week));
        const n = weekNumber(week.monday);
        setText(this.weekNumber, say(formats.language, "week.number", { n }));
        this.today.setAttribute("aria-pressed", String(isCurrent));
    }

    setClock(now: number, formats: Formats, simulated: boolean): void {
        setText(this.time, formats.clock(now));
        setAttribute(this.time, "datetime", new Date(now).toISOString());
        const place = [formats.day(now), formats.zone];
        if (simulated) place.push(say(formats.language, "clock.test"));
        setText(this.place, place.join(" · "));
    }

    setSimulatedGpus(simulated: boolean): void {
        this.simulated.hidden = !simulated;
    }

    setConnection(connection: Connection, since: string, language: Language): void {
        this.state.dataset["state"] = connection.state;
        setText(this.stateText, say(language, `connection.${connection.state}`));
        const notes: string[] = [];
        if (connection.state === "lost") {
            if (connection.problem) notes.push(connection.problem);
            if (since) notes.push(say(language, "connection.since", { time: since }));
        }
        setText(this.stateNote, notes.join(" · "));
    }
}

function button(className: string, ...children: (Node | string)[]): HTMLButtonElement {
    const element = el("button", className, ...children);
    element.type = "button";
    return element;
}

function name(element: HTMLElement, words: string): void {
    element.title = words;
    element.setAttribute("aria-label", words);
}

/** Three tracks, one booking each, at a quay. */
function logo(): SVGSVGElement {
    const picture = svg("svg", { viewBox: "0 0 24 24", class: "logo", "aria-hidden": "true" });
    const parts: [string, string][] = [
        ["logo-quay", "M3 3h2v18H3z"],
        ["logo-a", "M7 4h9v4H7z"],
        ["logo-b", "M7 10h14v4H7z"],
        ["logo-c", "M7 16h6v4H7z"],
    ];
    for (const [part, d] of parts) picture.append(svg("path", { class: part, d }));
    return picture;
}
