/** The legend: which colour is which team, and what the textures mean. A team's chip singles it out. */

import { useState } from "preact/hooks";
import { useApp } from "../app/app";
import { marks } from "../site/states";
import type { WordKey } from "../words/words";
import { useCalendar } from "./calendar";

const STATES: readonly [look: string, state: string][] = [
    ["booked", "confirmed"],
    ["active", "running"],
    ["done", "completed"],
    ["broken", "failed"],
    ["void", "cancelled"],
];

export function LegendBar() {
    const app = useApp();
    const calendar = useCalendar();
    const [only, setOnly] = useState<string | null>(null);
    void app.changes.value;
    const teams = new Set<string>();
    for (const { team, maintenance } of app.store.reservations.values()) if (!maintenance) teams.add(team);
    if (only !== null) teams.add(only);
    app.teams.admit(teams);
    const choose = (team: string | null) => {
        setOnly(team);
        calendar.tracks.setFilter((reservation) => team === null || reservation.team === team);
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
                    <li key={state}>
                        <span class={`sample bar ${look} state-${state}`} aria-hidden="true">
                            <span class="mark">{marks[state] ?? ""}</span>
                            {look === "active" && (
                                <span class="progress">
                                    <span class="done" />
                                </span>
                            )}
                        </span>
                        {app.say(`state.${state}` as WordKey)}
                    </li>
                ))}
            </ul>
        </div>
    );
}

interface ChipProps {
    readonly team: string;
    readonly only: string | null;
    readonly choose: (team: string | null) => void;
}

function Chip({ team, only, choose }: ChipProps) {
    const app = useApp();
    const name = team || app.say("legend.noteam");
    const off = only !== null && team !== only;
    return (
        <button
            type="button"
            class={`chip team-${app.teams.of(team)}${off ? " off" : ""}`}
            data-team={team}
            title={app.say("legend.hint", { team: name })}
            aria-pressed={team === only}
            onClick={() => choose(team === only ? null : team)}
        >
            <span class="swatch" />
            {name}
        </button>
    );
}
