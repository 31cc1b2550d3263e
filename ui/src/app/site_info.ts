/** What the server says of the site and of who asks: GET api/v1/site. */

export interface SiteInfo {
    /** Neither teams nor operators are configured: everybody may use everything. */
    readonly open: boolean;
    /** What jobs run on; in containers of a cluster they have an image, volumes and secrets. */
    readonly runs_on?: "processes" | "kubernetes";
    /** Of jobs that name none, in containers. */
    readonly image?: string | null;
    readonly you: {
        readonly user: string;
        readonly teams: readonly string[];
        readonly leads: readonly string[];
        readonly operator: boolean;
        /** Those that they may book in at least one team. */
        readonly priorities: readonly string[];
        readonly unpreemptible: boolean;
    } | null;
    readonly teams: readonly {
        readonly name: string;
        readonly quota: Readonly<Record<string, number>>;
        readonly used: Readonly<Record<string, number>>;
    }[];
    readonly rules: {
        /** Which changes the site wants a reason for. */
        readonly reason_required: readonly ReasonedChange[];
        readonly notice_minutes: number;
        readonly offer_minutes: number;
        readonly check_in_minutes: number;
        readonly idle_minutes: number | null;
        readonly overrun_share: number;
        readonly overrun_most_minutes: number;
    };
}

export type ReasonedChange =
    | "book_p0"
    | "evict"
    | "move"
    | "extend"
    | "shorten"
    | "cancel"
    | "transfer"
    | "maintenance";
