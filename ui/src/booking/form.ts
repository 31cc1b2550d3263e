/** What the booking form holds beside the window: as typed, so that nothing is lost while typing. */

export const PRIORITIES = ["P0", "P1", "P2", "P3"] as const;

export interface Form {
    readonly purpose: "work" | "maintenance";
    readonly title: string;
    readonly team: string;
    /** these: the GPUs that are drawn. any: as many like them, wherever they are. */
    readonly which: "these" | "any";
    readonly count: number;
    /** Empty: any model. */
    readonly model: string;
    /** In GB; 0: any. */
    readonly memory: number;
    readonly together: boolean;
    /** On a cluster: so many, with equally many of the GPUs each. */
    readonly nodes: number;
    readonly priority: string;
    /** Null: as its priority has it. */
    readonly preemptible: boolean | null;
    readonly otherwise: "refuse" | "nearest" | "wait";
    /** How many hours later it may begin, when it waits. */
    readonly patience: number;
    readonly answer: "auto" | "offer";
    readonly workload: "none" | "command" | "yolo";
    readonly command: CommandForm;
    readonly yolo: YoloForm;
    readonly container: ContainerForm;
    /** Maintenance takes the place of what cannot be moved. */
    readonly displace: boolean;
    readonly reason: string;
}

export interface CommandForm {
    readonly line: string;
    readonly workdir: string;
    /** NAME=value, one a line. */
    readonly env: string;
}

/** Where jobs run on a cluster. */
export interface ContainerForm {
    /** Empty: the site's. */
    readonly image: string;
    /** claim:/mount or claim:/mount:ro, one a line. */
    readonly volumes: string;
    /** Names, one a line. */
    readonly secrets: string;
}

export interface YoloForm {
    readonly model: string;
    readonly data: string;
    readonly epochs: string;
    readonly imgsz: string;
    readonly batch: string;
    readonly workers: string;
    readonly name: string;
    /** Further arguments, name=value, one a line. */
    readonly args: string;
}

export function emptyForm(team: string): Form {
    return {
        purpose: "work",
        title: "",
        team,
        which: "these",
        count: 1,
        model: "",
        memory: 0,
        together: true,
        nodes: 1,
        priority: "P2",
        preemptible: null,
        otherwise: "refuse",
        patience: 24,
        answer: "auto",
        workload: "none",
        command: { line: "", workdir: "", env: "" },
        yolo: {
            model: "yolov8l.pt",
            data: "",
            epochs: "100",
            imgsz: "640",
            batch: "16",
            workers: "",
            name: "",
            args: "",
        },
        container: { image: "", volumes: "", secrets: "" },
        displace: false,
        reason: "",
    };
}

/** Research may be preempted unless it says otherwise; production may not. */
export function isPreemptible({ preemptible, priority }: Form): boolean {
    return preemptible ?? (priority === "P2" || priority === "P3");
}
