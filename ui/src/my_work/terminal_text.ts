/**
 * What a job wrote, as a terminal would show it: colours, and of a line that was written over and
 * over (a progress bar) its last writing.
 *
 *     const text = new TerminalText();
 *     const from = text.push("epoch 1\r");     the first line that is different now
 *     text.lines[from - text.dropped]          its spans
 *
 * Pieces may end anywhere, within an escape sequence too. Colours beyond the sixteen are brought
 * down to them, so that all can be read in light and dark.
 */

export interface Span {
    readonly text: string;
    /** Class names. */
    readonly style: string;
}

type Line = Span[];

interface Look {
    readonly fg: number | null;
    readonly bg: number | null;
    readonly marks: ReadonlySet<string>;
}

const PLAIN: Look = { fg: null, bg: null, marks: new Set() };
const MOST_LINES = 5000;
const LONGEST_LINE = 20_000;
/** What looks like an unfinished escape sequence but is longer is not one. */
const LONGEST_ESCAPE = 256;

const TOKEN = /\x1b\[([0-9;:?]*)([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[^[\]]|[\r\n\b]|[^\x1b\r\n\b]+/g;
const UNFINISHED = /\x1b(?:\[[0-9;:?]*|\][^\x07\x1b]*\x1b?)?$/;
const UNSEEN = /[\x00-\x08\x0b-\x1f\x7f]/g;

const ON: Readonly<Record<number, string>> = { 1: "bold", 2: "dim", 3: "italic", 4: "underline", 9: "struck" };
const OFF: Readonly<Record<number, readonly string[]>> = {
    22: ["bold", "dim"],
    23: ["italic"],
    24: ["underline"],
    29: ["struck"],
};

export class TerminalText {
    readonly lines: Line[] = [[]];
    /** How many lines came before these and are not kept. */
    dropped = 0;
    private row = 0;
    /** The cursor stands at the line's beginning: what comes next is written over it. */
    private atStart = false;
    private look: Look = PLAIN;
    private style = "";
    private rest = "";
    private firstChanged = 0;

    /** Returns the number, from the very first, of the first line that changed. */
    push(piece: string): number {
        this.firstChanged = this.row;
        let text = this.rest + piece;
        this.rest = UNFINISHED.exec(text)?.[0] ?? "";
        if (this.rest.length > LONGEST_ESCAPE) this.rest = "";
        text = text.slice(0, text.length - this.rest.length);
        for (const [token, parameters, command] of text.matchAll(TOKEN)) {
            if (command !== undefined) this.command(command, parameters ?? "");
            else if (token === "\n") this.down();
            else if (token === "\r") this.atStart = true;
            else if (token === "\b") this.back();
            else if (!token.startsWith("\x1b")) this.write(token.replace(UNSEEN, ""));
        }
        const changed = this.firstChanged + this.dropped;
        this.forgetOldest();
        return Math.max(changed, this.dropped);
    }

    private write(text: string): void {
        if (!text) return;
        if (this.atStart) this.erase();
        const line = this.lines[this.row]!;
        const last = line.at(-1);
        const length = line.reduce((sum, span) => sum + span.text.length, 0);
        const fitting = text.slice(0, Math.max(0, LONGEST_LINE - length));
        if (last?.style === this.style) line[line.length - 1] = { text: last.text + fitting, style: this.style };
        else if (fitting) line.push({ text: fitting, style: this.style });
        this.touch();
    }

    private down(): void {
        this.row += 1;
        this.atStart = this.row < this.lines.length;
        if (!this.atStart) this.lines.push([]);
    }

    private back(): void {
        const line = this.lines[this.row]!;
        const last = line.pop();
        if (!last || this.atStart) return void (last && line.push(last));
        if (last.text.length > 1) line.push({ ...last, text: last.text.slice(0, -1) });
        this.touch();
    }

    private erase(): void {
        this.lines[this.row] = [];
        this.atStart = false;
        this.touch();
    }

    private command(command: string, parameters: string): void {
        const number = Number.parseInt(parameters, 10) || 0;
        if (command === "m") this.paint(parameters);
        else if (command === "K" && (number === 2 || (number === 0 && this.atStart))) this.erase();
        else if (command === "A" || command === "F") this.move(-Math.max(1, number), command === "F");
        else if (command === "B" || command === "E") this.move(Math.max(1, number), command === "E");
        else if (command === "G" && number <= 1) this.atStart = true;
    }

    private move(rows: number, toStart: boolean): void {
        this.row = Math.min(Math.max(0, this.row + rows), this.lines.length - 1);
        this.atStart = toStart;
    }

    private touch(): void {
        this.firstChanged = Math.min(this.firstChanged, this.row);
    }

    private paint(parameters: string): void {
        const codes = parameters.split(/[;:]/).map((code) => Number(code) || 0);
        for (let i = 0; i < codes.length; ++i) {
            const code = codes[i]!;
            if (code === 38 || code === 48) {
                const { colour, used } = wideColour(codes.slice(i + 1));
                this.look = { ...this.look, [code === 38 ? "fg" : "bg"]: colour };
                i += used;
            } else {
                this.look = painted(this.look, code);
            }
        }
        this.style = styleOf(this.look);
    }

    private forgetOldest(): void {
        const beyond = Math.min(this.lines.length - MOST_LINES, this.row);
        if (beyond <= 0) return;
        this.lines.splice(0, beyond);
        this.dropped += beyond;
        this.row -= beyond;
    }
}

function painted(look: Look, code: number): Look {
    const mark = ON[code];
    if (code === 0) return PLAIN;
    if (mark) return { ...look, marks: new Set([...look.marks, mark]) };
    if (OFF[code]) return { ...look, marks: new Set([...look.marks].filter((one) => !OFF[code]!.includes(one))) };
    if (code === 39) return { ...look, fg: null };
    if (code === 49) return { ...look, bg: null };
    if (code >= 30 && code <= 37) return { ...look, fg: code - 30 };
    if (code >= 90 && code <= 97) return { ...look, fg: code - 82 };
    if (code >= 40 && code <= 47) return { ...look, bg: code - 40 };
    if (code >= 100 && code <= 107) return { ...look, bg: code - 92 };
    return look;
}

/** What follows 38 or 48: `5;n` of 256 colours, or `2;r;g;b`. */
function wideColour(codes: readonly number[]): { colour: number | null; used: number } {
    const [how, n = 0, green = 0, blue = 0] = codes;
    if (how === 2) return { colour: nearest(n / 255, green / 255, blue / 255), used: 4 };
    if (how !== 5) return { colour: null, used: 1 };
    if (n < 16) return { colour: n, used: 2 };
    if (n >= 232) return { colour: nearest(...grey((n - 232) / 23)), used: 2 };
    const cube = n - 16;
    return { colour: nearest(Math.floor(cube / 36) / 5, (Math.floor(cube / 6) % 6) / 5, (cube % 6) / 5), used: 2 };
}

const grey = (light: number): [number, number, number] => [light, light, light];

/** The one of the sixteen that has the same parts, bright if it is. */
function nearest(red: number, green: number, blue: number): number {
    const most = Math.max(red, green, blue);
    if (most < 0.2) return 0;
    const isGrey = most - Math.min(red, green, blue) < 0.15;
    if (isGrey) return most < 0.6 ? 8 : most < 0.9 ? 7 : 15;
    const part = (share: number) => (share > most * 0.6 ? 1 : 0);
    return part(red) + 2 * part(green) + 4 * part(blue) + (most > 0.85 ? 8 : 0);
}

function styleOf({ fg, bg, marks }: Look): string {
    const names = [...marks].map((mark) => `ansi-${mark}`);
    if (fg !== null) names.push(`ansi-${fg}`);
    if (bg !== null) names.push(`ansi-on-${bg}`);
    return names.join(" ");
}

/** The last line that says something, without its colours. */
export function lastLine(text: string): string {
    const terminal = new TerminalText();
    terminal.push(text);
    const lines = terminal.lines.map((line) => line.map((span) => span.text).join(""));
    return lines.filter((line) => line.trim() !== "").at(-1)?.trim() ?? "";
}
