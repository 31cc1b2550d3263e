// Bundles the page into dist/: one script, one style sheet, one icon, each with a hash of its
// content in its name, and the index.html that refers to them.

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, "dist");

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["src/main.ts"],
    bundle: true,
    minify: true,
    charset: "utf8",
    format: "iife",
    target: ["es2022", "chrome123", "firefox120", "safari17.5"],
    entryNames: "berth-[hash]",
    outdir: "dist",
    write: false,
    logLevel: "warning",
});

const names = { icon: await hashedIcon() };
for (const { path, contents } of outputFiles) {
    const name = path.slice(dist.length + 1);
    names[name.endsWith(".css") ? "style" : "script"] = name;
    await writeFile(path, contents);
}

const page = await readFile(join(root, "src/index.html"), "utf8");
const filled = page.replace(/\{(icon|style|script)\}/g, (_, part) => `./${names[part]}`);
await writeFile(join(dist, "index.html"), filled);

async function hashedIcon() {
    const source = join(root, "src/icon.svg");
    const hash = createHash("sha256").update(await readFile(source)).digest("hex");
    const name = `icon-${hash.slice(0, 8).toUpperCase()}.svg`;
    await copyFile(source, join(dist, name));
    return name;
}
