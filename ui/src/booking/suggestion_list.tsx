/** The windows that would work instead, numbered as their ghosts on the tracks are. */

import { useApp } from "../app/app";
import { useCalendar } from "../timeline/calendar";
import { reasonOf, type Suggestion } from "./suggestion";

export function SuggestionList() {
    const app = useApp();
    const { booking } = useCalendar();
    const suggestions = booking.suggestions.value;
    if (suggestions.length === 0) return null;
    return (
        <section class="suggestions" aria-label={app.say("suggest.title")}>
            <h3>{app.say("suggest.title")}</h3>
            <ol>
                {suggestions.map((suggestion) => (
                    <li key={suggestion.number}>
                        <SuggestionButton suggestion={suggestion} />
                    </li>
                ))}
            </ol>
        </section>
    );
}

function SuggestionButton({ suggestion }: { suggestion: Suggestion }) {
    const app = useApp();
    const calendar = useCalendar();
    const { booking } = calendar;
    const { number, place } = suggestion;
    const { from, to } = calendar.period.value;
    const isElsewhere = place.start >= to || place.end <= from;
    return (
        <button
            type="button"
            class="suggestion-entry"
            data-suggestion={number}
            aria-pressed={booking.chosen.value === number}
            onClick={() => booking.choose(suggestion)}
        >
            <span class="suggestion-number">{number}</span>
            <span class="suggestion-words">
                <strong>{app.formats.value.window(place.start, place.end)}</strong>
                <span>
                    {reasonOf(app, suggestion)} · {app.formats.value.gpusInShort(place.gpus, app.store.gpus)}
                </span>
                {isElsewhere && <small>{app.say("suggest.elsewhere")}</small>}
            </span>
        </button>
    );
}
