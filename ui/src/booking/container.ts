/** What a container is given, as people write it and as the API takes and shows it. */

import type { ContainerForm } from "./form";

export interface Volume {
    readonly claim: string;
    readonly mount: string;
    readonly read_only?: boolean;
}

export function containerOf({ image, volumes, secrets }: ContainerForm): object {
    const mounted = linesOf(volumes).map(volumeOf);
    const named = linesOf(secrets);
    return {
        ...(image.trim() && { image: image.trim() }),
        ...(mounted.length > 0 && { volumes: mounted }),
        ...(named.length > 0 && { secrets: named }),
    };
}

/** `claim:/mount` or `claim:/mount:ro`; what is missing or strange is the server's to name. */
function volumeOf(line: string): Volume {
    const [claim = "", mount = "", mode = ""] = line.split(":").map((part) => part.trim());
    return { claim, mount, ...(mode === "ro" && { read_only: true }) };
}

export function volumeText({ claim, mount, read_only }: Volume): string {
    return `${claim}:${mount}${read_only ? ":ro" : ""}`;
}

/** How tall a field for lines is, where a browser does not fit it to its text. */
export function rowsOf(text: string, least = 1): number {
    return Math.min(Math.max(least, text.split("\n").length), 8);
}

function linesOf(text: string): string[] {
    return text
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean);
}

/** "2 × 4": so many pods, with so many GPUs each; empty where neither was said. */
export function podsText(of: { nodes?: number | null; gpus_per_node?: number | null }): string {
    const { nodes, gpus_per_node: each } = of;
    return nodes || each ? `${nodes ?? "?"} × ${each ?? "?"}` : "";
}
