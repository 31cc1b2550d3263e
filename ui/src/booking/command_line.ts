/** A command as people type it, taken apart as a shell would: spaces, quotes and backslashes, nothing else. */

export function argumentsOf(line: string): string[] {
    const words: string[] = [];
    let word: string | null = null;
    let quote = "";
    for (let i = 0; i < line.length; ++i) {
        const letter = line[i]!;
        if (letter === "\\" && quote !== "'" && i + 1 < line.length) {
            word = (word ?? "") + line[++i]!;
        } else if (quote) {
            if (letter === quote) quote = "";
            else word += letter;
        } else if (letter === '"' || letter === "'") {
            quote = letter;
            word ??= "";
        } else if (/\s/.test(letter)) {
            if (word !== null) words.push(word);
            word = null;
        } else {
            word = (word ?? "") + letter;
        }
    }
    if (word !== null) words.push(word);
    return words;
}

/** `NAME=value`, one a line; a line without a name is left out. */
export function pairsOf(text: string): [name: string, value: string][] {
    return text.split("\n").flatMap((line) => {
        const at = line.indexOf("=");
        const name = line.slice(0, Math.max(0, at)).trim();
        return name ? [[name, line.slice(at + 1).trim()] as [string, string]] : [];
    });
}
