/**
 * What a person has booked, waits for and was offered, kept current: loaded from the lists, loaded
 * again when an event touches it, and told of progress at once.
 *
 *     const source = new WorkSource(app);
 *     source.works.value          null while they are not known yet
 *     source.stop();
 */

import { effect, signal } from "@preact/signals";
import type { JournalEvent, WireProgress } from "../api/contract";
import { Refused } from "../api/problem";
import type { App } from "../app/app";
import { textOf } from "../time/instant_text";
import { Pulse } from "./pulse";
import { isOfferedTo, RECENT, type Me } from "./sections";
import { isWaiting, type Work } from "./work";

interface Page<T> {
    readonly items: readonly T[];
    readonly next: string | null;
}

interface AuditRow {
    readonly reservation: string | null;
}

const PAGE = 500;
const MOST_PAGES = 4;
/** So many of the latest hand-overs at the site are looked at for those that wait for this person. */
const HAND_OVERS = 50;

export class WorkSource {
    readonly works = signal<readonly Work[] | null>(null);
    readonly problem = signal<Refused | null>(null);
    private readonly pulse = new Pulse(() => this.load());
    private readonly ends: (() => void)[];
    private user = "";

    constructor(private readonly app: App) {
        this.ends = [
            effect(() => {
                const user = app.user.value;
                // A new snapshot follows a lost connection, when events may have been missed; the
                // site says of which teams somebody is.
                void app.loads.value;
                void app.site.value;
                if (user === this.user) return this.pulse.soon();
                this.works.value = null;
                this.user = user;
                this.pulse.now();
            }),
            app.onEvent((event) => {
                if (this.concerns(event)) this.pulse.soon();
            }),
            app.onProgress((progress) => this.take(progress)),
        ];
    }

    get me(): Me {
        return meOf(this.app);
    }

    retry(): void {
        this.pulse.now();
    }

    stop(): void {
        this.ends.forEach((end) => end());
        this.pulse.stop();
    }

    private async load(): Promise<void> {
        const { user } = this;
        if (!user) return;
        try {
            const [mine, waitlist, queue, offered] = await Promise.all([
                this.mine(user),
                this.app.client.get<Page<Work>>("waitlist"),
                this.app.client.get<Page<Work>>("queue"),
                this.offeredToMe(),
            ]);
            if (user !== this.user) return;
            const all = new Map<string, Work>();
            const ofMine = ({ owner }: Work) => owner === user;
            // The later lists know the places, too.
            for (const work of [...mine, ...waitlist.items.filter(ofMine), ...queue.items.filter(ofMine), ...offered]) {
                all.set(work.id, work);
            }
            this.works.value = [...all.values()];
            this.problem.value = null;
        } catch (error) {
            if (!(error instanceof Refused)) throw error;
            this.problem.value = error;
        }
    }

    /** Those that are not long over; who waits may wish for what is past, and is in the other lists. */
    private async mine(user: string): Promise<Work[]> {
        const from = textOf(Math.floor((this.app.clock.now() - RECENT) / 60_000) * 60_000);
        const works: Work[] = [];
        let cursor: string | null = null;
        for (let page = 0; page < MOST_PAGES; ++page) {
            const query = { owner: user, from, limit: PAGE, cursor };
            const answer: Page<Work> = await this.app.client.get("reservations", query);
            works.push(...answer.items);
            cursor = answer.next;
            if (cursor === null) break;
        }
        return works;
    }

    private async offeredToMe(): Promise<Work[]> {
        const items = await this.handOvers();
        const ids = [...new Set(items.map(({ reservation }) => reservation).filter((id) => id !== null))];
        const works = await Promise.all(ids.map((id) => this.app.client.get<Work>(`reservations/${id}`)));
        return works.filter((work) => isOfferedTo(work, this.me));
    }

    private async handOvers(): Promise<readonly AuditRow[]> {
        const query = { kind: "transfer_offered", order: "desc", limit: HAND_OVERS };
        try {
            return (await this.app.client.get<Page<AuditRow>>("audit", query)).items;
        } catch (error) {
            // A server that cannot be asked for them tells of new ones by events still.
            if (error instanceof Refused && error.problem.status === 400) return [];
            throw error;
        }
    }

    private concerns({ reservation }: JournalEvent): boolean {
        if (!reservation) return false;
        const known = this.works.peek() ?? [];
        if (reservation.owner === this.user || known.some(({ id }) => id === reservation.id)) return true;
        if (isOfferedTo(reservation as Work, this.me)) return true;
        // Others that wait move up and down, and so do this person's places.
        const othersWait = reservation.wait || reservation.state === "queued" || reservation.id.startsWith("q-");
        return Boolean(othersWait) && known.some((work) => isWaiting(work) || work.state === "queued");
    }

    private take({ reservation, epoch, epochs, eta_seconds }: WireProgress): void {
        const works = this.works.peek();
        if (!works?.some(({ id }) => id === reservation)) return;
        this.works.value = works.map((work) =>
            work.id === reservation ? { ...work, progress: { ...work.progress, epoch, epochs, eta_seconds } } : work,
        );
    }
}

export function meOf(app: App): Me {
    return { user: app.user.value, teams: app.site.value?.you?.teams ?? [] };
}
