// Bundles each tests/*.test.ts by itself and hands them to node's own test runner.
//
//     node tests/run.mjs [PART_OF_A_NAME | !PART_OF_A_NAME]...
//     node tests/run.mjs --script NAME ARGUMENT...    runs tests/NAME.ts, which is no test

import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [first, script, ...scriptArguments] = process.argv.slice(2);
if (first === "--script") {
    const [file] = await bundle([`${script}.ts`], "node_modules/.scripts");
    run(["--enable-source-maps", file, ...scriptArguments]);
}

const asked = process.argv.slice(2);
const wanted = asked.filter((part) => !part.startsWith("!"));
const unwanted = asked.filter((part) => part.startsWith("!")).map((part) => part.slice(1));
const sources = (await readdir(join(root, "tests")))
    .filter((name) => name.endsWith(".test.ts"))
    .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
    .filter((name) => !unwanted.some((part) => name.includes(part)));
const out = `node_modules/.tests-${process.pid}`;
process.on("exit", () => spawnSync("rm", ["-rf", join(root, out)]));
const files = await bundle(sources, out);
const reporter = process.env.BERTH_TEST_REPORTER ?? "spec";
run(["--enable-source-maps", "--test", `--test-reporter=${reporter}`, ...files]);

async function bundle(names, folder) {
    await rm(join(root, folder), { recursive: true, force: true });
    await build({
        absWorkingDir: root,
        entryPoints: names.map((name) => `tests/${name}`),
        bundle: true,
        platform: "node",
        format: "esm",
        packages: "external",
        target: "node18",
        outdir: folder,
        outExtension: { ".js": ".mjs" },
        sourcemap: "inline",
        logLevel: "warning",
    });
    return names.map((name) => join(root, folder, name.replace(/\.ts$/, ".mjs")));
}

function run(line) {
    process.exit(spawnSync(process.execPath, line, { cwd: root, stdio: "inherit" }).status ?? 1);
}
