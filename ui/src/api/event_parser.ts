/**
 * The text/event-stream format (WHATWG HTML, section 9.2), fed in pieces as they arrive.
 *
 * The browser's EventSource hands out only events whose names were registered beforehand, and it
 * cannot begin at a given id. The journal's kinds grow with the server, and the page must begin
 * right behind its snapshot; so the page reads the stream itself.
 */

export interface StreamMessage {
    /** This message's own id; empty if it has none. */
    readonly id: string;
    readonly event: string;
    readonly data: string;
}

export class EventParser {
    private rest = "";
    private id = "";
    private event = "";
    private data: string[] = [];

    push(text: string): StreamMessage[] {
        const messages: StreamMessage[] = [];
        // A line end may be cut between CR and LF: keep a trailing CR for the next piece.
        const whole = this.rest + text;
        const lines = whole.split(/\r\n|\n|\r(?!$)/);
        this.rest = lines.pop()!;
        for (const line of lines) {
            if (line === "") {
                if (this.data.length > 0) {
                    const data = this.data.join("\n");
                    messages.push({ id: this.id, event: this.event || "message", data });
                }
                this.id = "";
                this.event = "";
                this.data = [];
                continue;
            }
            const colon = line.indexOf(":");
            const field = colon < 0 ? line : line.slice(0, colon);
            const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
            if (field === "event") this.event = value;
            else if (field === "data") this.data.push(value);
            else if (field === "id") this.id = value;
        }
        return messages;
    }
}
