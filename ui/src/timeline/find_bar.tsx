/** Search and filters of the calendar: what does not pass recedes, or has no rows at all. */

import { useRef, useState } from "preact/hooks";
import { useApp } from "../app/app";
import { Icon } from "../app/icons";
import { Popover } from "../app/popover";
import { sayValue, type WordKey } from "../words/words";
import { useCalendar } from "./calendar";
import { countsOf, EVERYTHING, FACETS, isEverything, toggled, type Criteria, type Facet } from "./filter";

/** A facet with more values than this gets a field to narrow them. */
const MANY = 12;
const MOST_SHOWN = 60;

export function FindBar() {
    const app = useApp();
    const { find } = useCalendar();
    const criteria = find.criteria.value;
    const active = FACETS.reduce((sum, facet) => sum + criteria.chosen[facet].size, 0) + Number(criteria.mine);
    return (
        <div class="find">
            <Search />
            <Popover
                class="filter"
                words={app.say("find.filter")}
                button={
                    <>
                        <Icon name="filter" />
                        <span>{app.say("find.filter")}</span>
                        {active > 0 && <span class="badge">{active}</span>}
                    </>
                }
            >
                {() => <Facets />}
            </Popover>
        </div>
    );
}

function Search() {
    const app = useApp();
    const { find } = useCalendar();
    const criteria = find.criteria.value;
    const field = useRef<HTMLInputElement>(null);
    const found = find.found.value.length;
    const onKeyDown = (event: KeyboardEvent) => {
        if (event.key === "Enter") find.next(event.shiftKey ? -1 : 1);
        else if (event.key === "ArrowDown") find.focus();
        else if (event.key === "Escape" && criteria.text) find.set({ ...criteria, text: "" });
        else return;
        event.preventDefault();
        event.stopPropagation();
    };
    const searching = criteria.text.trim() !== "";
    return (
        <div class="search" role="search">
            <Icon name="search" />
            <input
                ref={field}
                type="text"
                class="search-field"
                data-key="search"
                placeholder={app.say("find.text")}
                aria-label={app.say("find.text")}
                title={app.say("find.how")}
                value={criteria.text}
                spellcheck={false}
                autocomplete="off"
                onInput={(event) => find.set({ ...criteria, text: event.currentTarget.value })}
                onKeyDown={onKeyDown}
            />
            <span class="search-count" role="status">
                {searching &&
                    (find.at.value < 0
                        ? app.say("find.found", { n: found })
                        : app.say("find.at", { i: find.at.value + 1, n: found }))}
            </span>
        </div>
    );
}

function Facets() {
    const app = useApp();
    const { find } = useCalendar();
    void app.changes.value;
    void app.loads.value;
    const criteria = find.criteria.value;
    const counts = countsOf(app.store);
    const user = app.user.value;
    return (
        <>
            <div class="facet-head">
                <label class="check">
                    <input
                        type="checkbox"
                        checked={criteria.mine}
                        disabled={!user}
                        onChange={() => find.set({ ...criteria, mine: !criteria.mine })}
                    />
                    {user ? app.say("find.mine.of", { user }) : app.say("find.mine")}
                </label>
                <button
                    type="button"
                    class="quiet"
                    disabled={isEverything(criteria)}
                    onClick={() => find.set(EVERYTHING)}
                >
                    {app.say("find.clear")}
                </button>
            </div>
            <div class="facets">
                {FACETS.map((facet) => (
                    <FacetList key={facet} facet={facet} counts={counts[facet]} criteria={criteria} />
                ))}
            </div>
        </>
    );
}

function FacetList(props: { facet: Facet; counts: ReadonlyMap<string, number>; criteria: Criteria }) {
    const { facet, counts, criteria } = props;
    const app = useApp();
    const { find } = useCalendar();
    const [part, setPart] = useState("");
    const chosen = criteria.chosen[facet];
    const values = [...new Set([...counts.keys(), ...chosen])].sort();
    const name = app.say(`find.${facet}` as WordKey);
    const fitting = values.filter((value) => value.toLowerCase().includes(part.toLowerCase()));
    return (
        <fieldset class="facet" data-facet={facet}>
            <legend>{name}</legend>
            {values.length > MANY && (
                <input
                    type="text"
                    class="facet-part"
                    placeholder={app.say("find.narrow")}
                    aria-label={`${name}: ${app.say("find.narrow")}`}
                    value={part}
                    onInput={(event) => setPart(event.currentTarget.value)}
                />
            )}
            <div class="facet-values">
                {values.length === 0 && <span class="facet-none">{app.say("find.none")}</span>}
                {fitting.slice(0, MOST_SHOWN).map((value) => (
                    <label key={value} class="check">
                        <input
                            type="checkbox"
                            checked={chosen.has(value)}
                            onChange={() => find.set(toggled(criteria, facet, value))}
                        />
                        {facet === "team" && <span class={`swatch team-${app.teams.of(value)}`} />}
                        <span class="facet-value">{wordsOf(facet, value, app)}</span>
                        <span class="facet-count">{counts.get(value) ?? 0}</span>
                    </label>
                ))}
                {fitting.length > MOST_SHOWN && (
                    <span class="facet-none">{app.say("find.more", { n: fitting.length - MOST_SHOWN })}</span>
                )}
            </div>
        </fieldset>
    );
}

/** What is filtered by, each with a way to take it back. Nothing without a filter. */
export function ActiveFilters() {
    const app = useApp();
    const { find } = useCalendar();
    const criteria = find.criteria.value;
    // A team alone is shown by the legend.
    const chosen = FACETS.flatMap((facet) => [...criteria.chosen[facet]].sort().map((value) => ({ facet, value })));
    if (isEverything({ ...criteria, text: "" })) return null;
    return (
        <div class="active-filters" role="group" aria-label={app.say("find.active")}>
            {criteria.mine && (
                <Active words={app.say("find.mine")} drop={() => find.set({ ...criteria, mine: false })} />
            )}
            {chosen.map(({ facet, value }) => (
                <Active
                    key={`${facet}=${value}`}
                    words={`${app.say(`find.${facet}` as WordKey)}: ${wordsOf(facet, value, app)}`}
                    drop={() => find.set(toggled(criteria, facet, value))}
                />
            ))}
            <button type="button" class="quiet" onClick={() => find.set(EVERYTHING)}>
                {app.say("find.clear")}
            </button>
        </div>
    );
}

function Active({ words, drop }: { words: string; drop: () => void }) {
    const app = useApp();
    return (
        <button type="button" class="active-filter" title={app.say("find.drop", { what: words })} onClick={drop}>
            {words}
            <Icon name="close" />
        </button>
    );
}

function wordsOf(facet: Facet, value: string, app: ReturnType<typeof useApp>): string {
    if (facet === "state") return sayValue(app.language.value, "state", value);
    return value || (facet === "team" ? app.say("legend.noteam") : "—");
}
