/** The filters of the record; each is applied when its field is left, or by Enter. */

import { useEffect, useId, useState } from "preact/hooks";
import { useApp } from "../app/app";
import { catalogues, sayValue, type ValueGroup, type WordKey } from "../words/words";
import { FILTERS, withFilter, type FilterName, type Filters } from "./audit_filters";
import type { AuditList } from "./audit_list";

interface Props {
    readonly filters: Filters;
    readonly list: AuditList;
}

/** On a phone they are folded away as long as none is set. */
export function FilterBar({ filters, list }: Props) {
    const app = useApp();
    const [isOpen, setOpen] = useState(
        () => Object.keys(filters).length > 0 || matchMedia("(min-width: 761px)").matches,
    );
    return (
        <details class="filter-fold" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>{app.say("audit.filters")}</summary>
            <FilterFields filters={filters} list={list} />
        </details>
    );
}

function FilterFields({ filters, list }: Props) {
    const app = useApp();
    const put = (name: FilterName, value: string) =>
        app.setQuery(withFilter(app.route.peek().query, name, value));
    const isFiltered = Object.keys(filters).length > 0;
    return (
        <form class="audit-filters" role="search" aria-label={app.say("audit.filters")} onSubmit={(event) => event.preventDefault()}>
            {FILTERS.map((name) => (
                <Filter key={name} name={name} value={filters[name] ?? ""} list={list} put={(value) => put(name, value)} />
            ))}
            {isFiltered && (
                <button type="button" class="quiet" onClick={() => app.setQuery(new URLSearchParams())}>
                    {app.say("audit.clear")}
                </button>
            )}
        </form>
    );
}

interface FilterProps {
    readonly name: FilterName;
    readonly value: string;
    readonly list: AuditList;
    readonly put: (value: string) => void;
}

function Filter({ name, value, list, put }: FilterProps) {
    const app = useApp();
    const known = useId();
    const [typed, setTyped] = useState(value);
    useEffect(() => setTyped(value), [value]);
    const label = app.say(`audit.filter.${name}`);
    if (name === "kind" || name === "command") {
        return (
            <label class={`field filter-${name}`}>
                <span>{label}</span>
                <ValueChoice group={name === "kind" ? "event" : "command"} value={value} put={put} />
            </label>
        );
    }
    const suggestions = suggestionsFor(name, app, list);
    return (
        <label class={`field filter-${name}`}>
            <span>{label}</span>
            <input
                type={name === "from" || name === "to" ? "date" : name === "q" ? "search" : "text"}
                name={name}
                value={typed}
                onInput={(event) => setTyped(event.currentTarget.value)}
                maxLength={200}
                autocomplete="off"
                spellcheck={false}
                placeholder={placeholderOf(name, app)}
                list={suggestions.length > 0 ? known : undefined}
                onChange={(event) => put(event.currentTarget.value)}
                onKeyDown={(event) => event.key === "Enter" && put(event.currentTarget.value)}
            />
            {suggestions.length > 0 && (
                <datalist id={known}>
                    {suggestions.map((suggestion) => (
                        <option key={suggestion} value={suggestion} />
                    ))}
                </datalist>
            )}
        </label>
    );
}

type AppOf = ReturnType<typeof useApp>;

function placeholderOf(name: FilterName, app: AppOf): string {
    const examples: Partial<Record<FilterName, string>> = { reservation: "r-17", gpu: "node1/0" };
    return name === "q" ? app.say("audit.filter.q.how") : (examples[name] ?? "");
}

/** Names that the page has seen; others can be typed. */
function suggestionsFor(name: FilterName, app: AppOf, list: AuditList): string[] {
    if (name === "team") return (app.site.value?.teams ?? []).map((team) => team.name).sort();
    if (name !== "actor") return [];
    const actors = list.rows.value.map(({ actor }) => actor).filter((actor) => !actor.startsWith("job:"));
    return [...new Set(actors)].sort();
}

interface ChoiceProps {
    readonly group: Extract<ValueGroup, "event" | "command">;
    readonly value: string;
    readonly put: (value: string) => void;
}

function ValueChoice({ group, value, put }: ChoiceProps) {
    const app = useApp();
    const language = app.language.value;
    const values = (Object.keys(catalogues.en) as WordKey[])
        .filter((key) => key.startsWith(`${group}.`))
        .map((key) => key.slice(group.length + 1));
    // One that a newer server has can stand in the address.
    if (value && !values.includes(value)) values.push(value);
    const options = values
        .map((one) => ({ one, words: sayValue(language, group, one) }))
        .sort((a, b) => a.words.localeCompare(b.words, language));
    return (
        <select name={group} value={value} onChange={(event) => put(event.currentTarget.value)}>
            <option value="">{app.say("audit.filter.any")}</option>
            {options.map(({ one, words }) => (
                <option key={one} value={one}>
                    {words}
                </option>
            ))}
        </select>
    );
}
