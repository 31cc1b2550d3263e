// Bundles each tests/*.test.ts by itself and hands them to node's own test runner.

import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(root, "node_modules/.tests");
const wanted = process.argv.slice(2);
const sources = (await readdir(join(root, "tests")))
    .filter((name) => name.endsWith(".test.ts"))
    .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)));

await rm(out, { recursive: true, force: true });
await build({
    absWorkingDir: root,
    entryPoints: sources.map((name) => `tests/${name}`),
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    target: "node18",
    outdir: out,
    outExtension: { ".js": ".mjs" },
    sourcemap: "inline",
    logLevel: "warning",
});

const files = sources.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
const reporter = process.env.BERTH_TEST_REPORTER ?? "spec";
const run = spawnSync(
    process.execPath,
    ["--enable-source-maps", "--test", `--test-reporter=${reporter}`, ...files],
    { cwd: root, stdio: "inherit" },
);
process.exit(run.status ?? 1);
