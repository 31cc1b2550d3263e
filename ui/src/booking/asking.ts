/** A question to the server that changes while somebody drags or types: only the last one counts. */

const PAUSE = 150;

export class Asking {
    private timer: ReturnType<typeof setTimeout> | undefined;
    private flight: AbortController | null = null;

    /** Sends after a moment's pause; `answered` and `failed` are called for the last question only. */
    ask<T>(
        send: (signal: AbortSignal) => Promise<T>,
        answered: (answer: T) => void,
        failed: (error: unknown) => void,
    ): void {
        this.drop();
        this.timer = setTimeout(() => {
            const flight = new AbortController();
            this.flight = flight;
            send(flight.signal).then(
                (answer) => flight.signal.aborted || answered(answer),
                (error: unknown) => flight.signal.aborted || failed(error),
            );
        }, PAUSE);
    }

    drop(): void {
        clearTimeout(this.timer);
        this.flight?.abort();
        this.flight = null;
    }
}
