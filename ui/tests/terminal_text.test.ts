import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lastLine, TerminalText } from "../src/my_work/terminal_text";

const linesOf = (...pieces: string[]) => {
    const terminal = new TerminalText();
    for (const piece of pieces) terminal.push(piece);
    return terminal.lines.map((line) => line.map((span) => span.text).join(""));
};

describe("a terminal's text", () => {
    it("keeps of a progress bar its last writing", () => {
        assert.deepEqual(linesOf("\r 10%|#  |", "\r 50%|## |", "\r100%|###|\nnext\n"), ["100%|###|", "next", ""]);
    });

    it("shows the bar until the next writing comes", () => {
        assert.deepEqual(linesOf(" 10%\r"), [" 10%"]);
        assert.deepEqual(linesOf(" 10%\r\x1b[K 20%"), [" 20%"]);
    });

    it("takes a carriage return before a line's end as nothing", () => {
        assert.deepEqual(linesOf("one\r\ntwo\r", "\nthree"), ["one", "two", "three"]);
    });

    it("writes two bars at once each in its own line", () => {
        const twice = (outer: number, inner: number) => `\router ${outer}\n\rinner ${inner}\x1b[A`;
        assert.deepEqual(linesOf(twice(1, 1), twice(1, 2), twice(2, 1)), ["outer 2", "inner 1"]);
    });

    it("takes back with the backspace", () => {
        assert.deepEqual(linesOf("12%\b\b\b13%"), ["13%"]);
    });

    it("tells colours and marks as class names, and none of the escape", () => {
        const terminal = new TerminalText();
        terminal.push("\x1b[34m\x1b[1mtrain: \x1b[0mScanning \x1b[1;91mbad\x1b[22m file\x1b[39m!");
        assert.deepEqual(terminal.lines[0], [
            { text: "train: ", style: "ansi-bold ansi-4" },
            { text: "Scanning ", style: "" },
            { text: "bad", style: "ansi-bold ansi-9" },
            { text: " file", style: "ansi-9" },
            { text: "!", style: "" },
        ]);
    });

    it("brings wide colours down to the sixteen", () => {
        const terminal = new TerminalText();
        terminal.push("\x1b[38;5;196mred\x1b[38;2;0;128;0mgreen\x1b[48;5;4mon blue");
        assert.deepEqual(
            terminal.lines[0]!.map(({ style }) => style),
            ["ansi-9", "ansi-2", "ansi-2 ansi-on-4"],
        );
    });

    it("understands an escape that is cut in two, and drops titles and bells", () => {
        const terminal = new TerminalText();
        for (const piece of ["a\x1b", "[3", "1mred\x1b]0;a title", "\x07\x07 more"]) terminal.push(piece);
        assert.deepEqual(terminal.lines[0], [
            { text: "a", style: "" },
            { text: "red more", style: "ansi-1" },
        ]);
    });

    it("names the first line that changed, also above the last", () => {
        const terminal = new TerminalText();
        assert.equal(terminal.push("one\ntwo\nthree"), 0);
        assert.equal(terminal.push(" and more"), 2);
        assert.equal(terminal.push("\x1b[2A\rnew"), 0);
    });

    it("forgets the oldest lines of a long log and still numbers them from the first", () => {
        const terminal = new TerminalText();
        terminal.push("line\n".repeat(6000));
        assert.equal(terminal.lines.length, 5000);
        assert.equal(terminal.dropped, 1001);
        assert.equal(terminal.push("the end"), 6000);
        assert.equal(terminal.lines[6000 - terminal.dropped]![0]!.text, "the end");
    });

    it("has a last line that says something", () => {
        assert.equal(lastLine("epoch 3\n\x1b[31mRuntimeError: CUDA out of memory\x1b[0m\n\n  \n"), "RuntimeError: CUDA out of memory");
        assert.equal(lastLine(""), "");
    });
});
