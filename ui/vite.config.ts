/** Bundles the page into dist/: hashed files under assets/, each with its compressed twins beside it. */

import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const SMALLEST = 1024;

/** `x.js` gets `x.js.br` and `x.js.gz`: the server need not compress the same file again and again. */
function compressedTwins(folder: string): Plugin {
    return {
        name: "compressed-twins",
        apply: "build",
        async closeBundle() {
            for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
                if (!entry.isFile() || !/\.(js|css|svg|html)$/.test(entry.name)) continue;
                const path = join(entry.parentPath ?? entry.path, entry.name);
                const content = await readFile(path);
                if (content.length < SMALLEST) continue;
                const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
                await writeFile(`${path}.br`, brotliCompressSync(content, quality));
                await writeFile(`${path}.gz`, gzipSync(content, { level: 9 }));
            }
        },
    };
}

export default defineConfig({
    base: "./",
    esbuild: { jsx: "automatic", jsxImportSource: "preact" },
    build: {
        target: ["es2022", "chrome123", "firefox120", "safari17.5"],
        modulePreload: { polyfill: false },
        assetsInlineLimit: 0,
        reportCompressedSize: false,
    },
    plugins: [compressedTwins(join(import.meta.dirname ?? ".", "dist"))],
    logLevel: "warn",
});
