/**
 * The site's clock: the server's time carried on by this machine's clock, whatever that shows.
 * A simulated clock stands still between the server's messages.
 */
export class SiteClock {
    simulated = false;
    private base = 0;
    private setAt = 0;

    constructor(private readonly local: () => number = Date.now) {}

    set(serverNow: number, simulated: boolean): void {
        this.simulated = simulated;
        this.base = serverNow;
        this.setAt = this.local();
    }

    /** An event's time is a lower bound of now; it moves a simulated clock. */
    atLeast(instant: number): void {
        if (this.simulated && instant > this.base) this.base = instant;
    }

    now(): number {
        if (this.setAt === 0) return this.local();
        return this.simulated ? this.base : this.base + this.local() - this.setAt;
    }
}
