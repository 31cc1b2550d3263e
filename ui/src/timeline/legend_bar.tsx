/** The legend: which colour is which team, and what the textures mean. A team's chip singles it out. */

import { useApp } from "../app/app";
import { marks } from "../site/states";
import type { WordKey } from "../words/words";
import { useCalendar } from "./calendar";
import { toggled, withOnly } from "./filter";

const STATES: readonly [look: string, state: string][] = [
    ["booked", "confirmed"],
    ["active", "running"],
    ["done", "completed"],
    ["broken", "failed"],
    ["void", "cancelled"],
];

export function LegendBar() {
    const app = useApp();
    const { find } = useCalendar();
    void app.changes.value;
    void app.loads.value;
    const criteria = find.criteria.value;
    const only = criteria.chosen.team;
    const teams = new Set([...app.store.teams.keys(), ...only]);
    app.teams.admit(teams);
    const choose = (team: string, more: boolean) => {
        if (more) find.set(toggled(criteria, "team", team));
        else find.set(withOnly(criteria, "team", only.size === 1 && only.has(team) ? [] : [team]));
    };
    return (
        <div class="legend">
            <div class="legend-teams" role="group" aria-label={app.say("legend.teams")}>
                {[...teams].sort().map((team) => (
                    <Chip key={team} team={team} only={only} choose={choose} />
                ))}
            </div>
            <ul class="legend-states" aria-label={app.say("legend.states")}>
                {STATES.map(([look, state]) => (
                    <Sample key={state} classes={`${look} state-${state}`} mark={marks[state] ?? ""} runs={look === "active"}>
                        {app.say(`state.${state}` as WordKey)}
                    </Sample>
                ))}
                <Sample classes="active tail" mark="">
                    {app.say("state.overrunning")}
                </Sample>
                <Sample classes="booked maintenance" mark="⚒">
                    {app.say("legend.maintenance")}
                </Sample>
            </ul>
        </div>
    );
}

function Sample(props: { classes: string; mark: string; runs?: boolean; children: string }) {
    return (
        <li>
            <span class={`sample bar ${props.classes}`} aria-hidden="true">
                <span class="mark">{props.mark}</span>
                {props.runs && (
                    <span class="progress">
                        <span class="done" />
                    </span>
                )}
            </span>
            {props.children}
        </li>
    );
}

interface ChipProps {
    readonly team: string;
    readonly only: ReadonlySet<string>;
    readonly choose: (team: string, more: boolean) => void;
}

function Chip({ team, only, choose }: ChipProps) {
    const app = useApp();
    const name = team || app.say("legend.noteam");
    const off = only.size > 0 && !only.has(team);
    return (
        <button
            type="button"
            class={`chip team-${app.teams.of(team)}${off ? " off" : ""}`}
            data-team={team}
            title={app.say("legend.hint", { team: name })}
            aria-pressed={only.has(team)}
            onClick={(event) => choose(team, event.ctrlKey || event.metaKey || event.shiftKey)}
        >
            <span class="swatch" />
            {name}
        </button>
    );
}
