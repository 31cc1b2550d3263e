/**
 * A colour per team: one of ten that stay apart under the three kinds of colour blindness (the
 * values stand in style/tokens.css; a test measures them).
 *
 * The team's name decides, so a team looks the same on every screen and in every week. Two names
 * that fall on one colour are parted: the later one takes the next free colour, in the order of
 * names. What a page has once given stays while it is open.
 */

export const COLOURS = 10;

/** FNV-1a over the UTF-16 units of `text`, 32 bits. */
export function hashOf(text: string): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < text.length; ++i) {
        hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    }
    return hash >>> 0;
}

export class TeamColours {
    private readonly given = new Map<string, number>();

    /** Gives each new team its colour. */
    admit(teams: Iterable<string>): void {
        const fresh = [...new Set(teams)].filter((team) => !this.given.has(team)).sort();
        for (const team of fresh) {
            const wish = hashOf(team) % COLOURS;
            const taken = new Set(this.given.values());
            let colour = wish;
            if (taken.size < COLOURS) {
                while (taken.has(colour)) colour = (colour + 1) % COLOURS;
            }
            this.given.set(team, colour);
        }
    }

    of(team: string): number {
        const colour = this.given.get(team);
        if (colour !== undefined) return colour;
        // Before the first week is there, it might be another team's by right.
        if (this.given.size === 0) return hashOf(team) % COLOURS;
        this.admit([team]);
        return this.given.get(team)!;
    }
}
