/** The form and its window as the API takes them. */

import type { Gpu } from "../api/contract";
import { textOf } from "../time/instant_text";
import { HOUR } from "../time/zone";
import type { Draft } from "./booking";
import { argumentsOf, pairsOf } from "./command_line";
import { containerOf } from "./container";
import { isPreemptible, type CommandForm, type Form, type YoloForm } from "./form";

export interface Site {
    readonly gpus: readonly Gpu[];
    /** Where the current slot began: what starts there starts now. */
    readonly currentSlot: number;
    /** Jobs run in containers of a cluster, which chooses among the GPUs of a node. */
    readonly onCluster?: boolean;
}

/** The question whether it would fit: without what does not matter to that. */
export function questionOf(form: Form, draft: Draft, site: Site): object {
    return {
        ...rankOf(form),
        gpus: gpusOf(form, draft, site),
        ...windowOf(draft, site),
    };
}

/** The booking itself. A plan's token stands for its GPUs and its window. */
export function bookingOf(form: Form, draft: Draft, site: Site): object {
    const told = {
        ...(form.title.trim() && { title: form.title.trim() }),
        ...rankOf(form),
        ...(form.workload !== "none" && { workload: workloadOf(form, site) }),
    };
    if (draft.plan) return { plan: draft.plan, ...told };
    return {
        ...told,
        gpus: gpusOf(form, draft, site),
        ...windowOf(draft, site),
        ...(form.otherwise !== "refuse" && { on_conflict: form.otherwise }),
        ...(form.otherwise === "wait" && { wait: waitOf(form, draft) }),
    };
}

export function maintenanceOf(form: Form, draft: Draft, site: Site): object {
    return {
        gpus: idsOf(draft, site),
        ...windowOf(draft, site),
        ...(form.displace && { displace: true }),
    };
}

function rankOf(form: Form): object {
    return {
        ...(form.team.trim() && { team: form.team.trim() }),
        priority: form.priority,
        ...(form.preemptible !== null && { preemptible: isPreemptible(form) }),
    };
}

function windowOf({ start, end }: Draft, { currentSlot }: Site): object {
    return { start: start <= currentSlot ? "now" : textOf(start), end: textOf(end) };
}

function gpusOf(form: Form, draft: Draft, site: Site): object {
    if (form.which === "these") {
        const ids = idsOf(draft, site);
        // With the count: others like them on the node would do as well.
        return site.onCluster ? { ids, count: ids.length } : { ids };
    }
    const each = perNode(form, site);
    return {
        count: form.count,
        ...(form.model && { model: form.model }),
        ...(form.memory > 0 && { min_memory_gb: form.memory }),
        ...(each ? { per_node: each } : { spread: form.together ? "same_node" : "any" }),
    };
}

/** How many GPUs of each node, where several nodes are asked for. */
function perNode({ nodes, count }: Form, { onCluster }: Site): number | undefined {
    return onCluster && nodes > 1 ? Math.max(1, Math.round(count / nodes)) : undefined;
}

function idsOf({ gpus }: Draft, site: Site): string[] {
    return gpus.map((gpu) => site.gpus[gpu]?.id ?? "");
}

function waitOf({ patience, answer }: Form, { start }: Draft): object {
    return { latest_start: textOf(start + patience * HOUR), mode: answer };
}

function workloadOf(form: Form, site: Site): object {
    const workload = form.workload === "command" ? commandOf(form.command) : yoloOf(form.yolo);
    if (!site.onCluster) return workload;
    const each = form.which === "any" ? perNode(form, site) : undefined;
    return {
        ...workload,
        ...containerOf(form.container),
        ...(each && { nodes: form.nodes, gpus_per_node: each }),
    };
}

function commandOf({ line, workdir, env }: CommandForm): object {
    const variables = Object.fromEntries(pairsOf(env));
    return {
        kind: "command",
        argv: argumentsOf(line),
        ...(workdir.trim() && { workdir: workdir.trim() }),
        ...(Object.keys(variables).length > 0 && { env: variables }),
    };
}

function yoloOf(form: YoloForm): object {
    const texts = (["model", "data", "name"] as const).flatMap((name) => {
        const value = form[name].trim();
        return value ? [[name, value]] : [];
    });
    const numbers = (["epochs", "imgsz", "batch", "workers"] as const).flatMap((name) => {
        const value = form[name].trim();
        return value ? [[name, Number(value)]] : [];
    });
    const args = Object.fromEntries(pairsOf(form.args).map(([name, value]) => [name, valueOf(value)]));
    return {
        kind: "yolo",
        ...Object.fromEntries([...texts, ...numbers]),
        ...(Object.keys(args).length > 0 && { args }),
    };
}

/** Numbers, truths and lists as such; anything else is text. */
function valueOf(text: string): unknown {
    try {
        return JSON.parse(text.replace(/^True$/, "true").replace(/^False$/, "false")) as unknown;
    } catch {
        return text;
    }
}
