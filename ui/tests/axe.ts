/** What axe-core finds on a page. */

import { readFileSync } from "node:fs";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";

const AXE = readFileSync("node_modules/axe-core/axe.min.js", "utf8");

type Axe = { run: (options: RunOptions) => Promise<AxeResults> };

/** Everything, except the one rule that wants a bar's name in the order in which it is drawn; see below. */
export const ALL_RULES: RunOptions = { rules: { "label-content-name-mismatch": { enabled: false } } };
/** Light and dark differ in nothing but their colours. */
export const COLOUR_RULES: RunOptions = { runOnly: ["color-contrast"] };

/** What axe finds serious or worse, a line per element. */
export async function faultsOf(page: Page, options: RunOptions): Promise<string[]> {
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(
        (wanted) => (window as unknown as { axe: Axe }).axe.run(wanted),
        { ...options, resultTypes: ["violations" as const] },
    );
    return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, nodes }) =>
            nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary?.split("\n").at(1) ?? ""}`),
        );
}
