/**
 * Does one thing again and again, never twice at a time: soon after it was asked for, and once more
 * if it was asked for meanwhile.
 */
export class Pulse {
    private timer: ReturnType<typeof setTimeout> | undefined;
    private busy = false;
    private again = false;
    private stopped = false;

    constructor(
        private readonly act: () => Promise<void>,
        private readonly delay = 200,
    ) {}

    soon(): void {
        if (this.timer === undefined) this.timer = setTimeout(() => this.now(), this.delay);
    }

    now(): void {
        clearTimeout(this.timer);
        this.timer = undefined;
        if (this.stopped) return;
        if (this.busy) this.again = true;
        else void this.run();
    }

    stop(): void {
        this.stopped = true;
        clearTimeout(this.timer);
    }

    private async run(): Promise<void> {
        this.busy = true;
        try {
            do {
                this.again = false;
                await this.act();
            } while (this.again && !this.stopped);
        } finally {
            this.busy = false;
        }
    }
}
