/** For which team: one of theirs, or any name where the site has no teams. */

import { useApp } from "../app/app";
import { useCalendar } from "../timeline/calendar";

export function TeamField() {
    const app = useApp();
    const { booking } = useCalendar();
    const site = app.site.value;
    const own = site?.you?.teams ?? [];
    const { team } = booking.form.value;
    const set = (name: string) => booking.set({ team: name });
    return (
        <label class="field">
            <span>{app.say("card.team")}</span>
            {own.length > 0 && !site?.open ? (
                <select name="team" value={team} onChange={(event) => set(event.currentTarget.value)}>
                    {own.map((name) => (
                        <option key={name} value={name}>
                            {name}
                        </option>
                    ))}
                </select>
            ) : (
                <input
                    name="team"
                    maxLength={64}
                    list="booking-teams"
                    autocomplete="off"
                    value={team}
                    onInput={(event) => set(event.currentTarget.value)}
                />
            )}
            <datalist id="booking-teams">
                {knownTeams(app.store.reservations.values(), site?.teams ?? []).map((name) => (
                    <option key={name} value={name} />
                ))}
            </datalist>
        </label>
    );
}

function knownTeams(
    reservations: Iterable<{ readonly team: string }>,
    teams: readonly { readonly name: string }[],
): string[] {
    const names = new Set(teams.map(({ name }) => name));
    for (const { team } of reservations) if (team) names.add(team);
    return [...names].sort();
}
