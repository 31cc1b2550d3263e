/** What the server answers to GET api/v1/audit: rows of the journal. */

export type JournalEvent = Readonly<Record<string, unknown>>;

export interface AuditRow {
    readonly sequence: number;
    readonly time: string;
    readonly actor: string;
    readonly command: string;
    readonly reason: string;
    readonly reservation: string | null;
    readonly kind: string;
    readonly event: JournalEvent;
}

export interface AuditPage {
    readonly items: readonly AuditRow[];
    readonly next: string | null;
}

/** A newer server's events may have anything in them: what is not text is none. */
export function textIn(event: JournalEvent, name: string): string | null {
    const value = event[name];
    return typeof value === "string" && value !== "" ? value : null;
}

export function numberIn(event: JournalEvent, name: string): number | null {
    const value = event[name];
    return typeof value === "number" ? value : null;
}

export function instantIn(event: JournalEvent, name: string): number | null {
    const instant = Date.parse(textIn(event, name) ?? "");
    return Number.isNaN(instant) ? null : instant;
}

export function objectIn(event: JournalEvent, name: string): JournalEvent {
    const value = event[name];
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JournalEvent) : {};
}

export function listIn(event: JournalEvent, name: string): readonly unknown[] {
    const value = event[name];
    return Array.isArray(value) ? value : [];
}

export function textsIn(event: JournalEvent, name: string): string[] {
    return listIn(event, name).filter((value) => typeof value === "string");
}
