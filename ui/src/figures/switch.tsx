/** One of a few: buttons side by side, of which one is pressed. */

interface Props<T extends string> {
    readonly label: string;
    readonly choices: readonly (readonly [value: T, words: string])[];
    readonly chosen: T | null;
    readonly choose: (value: T) => void;
}

export function Switch<T extends string>({ label, choices, chosen, choose }: Props<T>) {
    return (
        <div class="switch" role="group" aria-label={label}>
            {choices.map(([value, words]) => (
                <button
                    key={value}
                    type="button"
                    class="choice"
                    data-choice={value}
                    aria-pressed={chosen === value}
                    onClick={() => choose(value)}
                >
                    {words}
                </button>
            ))}
        </div>
    );
}
