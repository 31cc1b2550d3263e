/** The legend: which colour is which team, and what the textures mean. A team's chip singles it out. */

import type { TeamColours } from "./colours";
import { el } from "./dom";
import { marks } from "./states";
import { say, type Language, type WordKey } from "./words";

const STATES: readonly [look: string, state: string][] = [
    ["booked", "confirmed"],
    ["active", "running"],
    ["done", "completed"],
    ["broken", "failed"],
    ["void", "cancelled"],
];

export class Legend {
    readonly element = el("div", "legend");
    private readonly teamList = el("div", "legend-teams");
    private readonly stateList = el("ul", "legend-states");
    private drawn = "";

    constructor(
        private readonly colours: TeamColours,
        private readonly choose: (team: string | null) => void,
    ) {
        this.teamList.setAttribute("role", "group");
        this.element.append(this.teamList, this.stateList);
    }

    draw(teams: readonly string[], spotlight: string | null, language: Language): void {
        const key = JSON.stringify([teams, spotlight, language]);
        if (key === this.drawn) return;
        this.drawn = key;
        const focused = (document.activeElement as HTMLElement | null)?.dataset["team"];
        this.teamList.setAttribute("aria-label", say(language, "legend.teams"));
        this.stateList.setAttribute("aria-label", say(language, "legend.states"));
        const chips = teams.map((team) => this.chip(team, spotlight, language));
        this.teamList.replaceChildren(...chips);
        this.stateList.replaceChildren(...STATES.map(([look, state]) => sample(look, state, language)));
        if (focused !== undefined) chips.find((chip) => chip.dataset["team"] === focused)?.focus();
    }

    private chip(team: string, spotlight: string | null, language: Language): HTMLButtonElement {
        const name = team || say(language, "legend.noteam");
        const chip = el("button", `chip team-${this.colours.of(team)}`, el("span", "swatch"), name);
        chip.type = "button";
        chip.dataset["team"] = team;
        chip.title = say(language, "legend.hint", { team: name });
        chip.setAttribute("aria-pressed", String(team === spotlight));
        chip.classList.toggle("off", spotlight !== null && team !== spotlight);
        chip.addEventListener("click", () => this.choose(team === spotlight ? null : team));
        return chip;
    }
}

function sample(look: string, state: string, language: Language): HTMLElement {
    const bar = el("span", `sample bar ${look} state-${state}`);
    bar.append(el("span", "mark", marks[state] ?? ""));
    if (look === "active") bar.append(el("span", "progress", el("span", "done")));
    bar.setAttribute("aria-hidden", "true");
    return el("li", "", bar, say(language, `state.${state}` as WordKey));
}
