import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Formats, gpuRanges } from "../src/time/formats";
import { weekOf } from "../src/time/time_scale";
import { catalogues, languageOf, say, sayValue, type WordKey } from "../src/words/words";
import { dateFromText } from "../src/time/zone";

const gapsOf = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

describe("the catalogues", () => {
    it("have the same keys", () => {
        assert.deepEqual(Object.keys(catalogues.zh).sort(), Object.keys(catalogues.en).sort());
    });

    it("have no key in two areas, of which one would hide the other", () => {
        const keys = readdirSync("src/words")
            .filter((name) => name.endsWith("_words.ts"))
            .map((name) => readFileSync(`src/words/${name}`, "utf8"))
            // English, then Chinese.
            .flatMap((text) => text.slice(0, text.indexOf("\n    },")).match(/^ +"[\w.-]+"(?=:)/gm) ?? []);
        assert.equal(new Set(keys).size, Object.keys(catalogues.en).length, "every key was found");
        assert.deepEqual(keys.filter((key, i) => keys.indexOf(key) !== i), []);
    });

    it("have the same gaps and no empty words", () => {
        for (const key of Object.keys(catalogues.en) as WordKey[]) {
            assert.deepEqual(gapsOf(catalogues.zh[key]), gapsOf(catalogues.en[key]), key);
            assert.ok(catalogues.en[key].trim() && catalogues.zh[key].trim(), key);
        }
    });

    it("are Chinese in Chinese, with Chinese punctuation", () => {
        for (const [key, text] of Object.entries(catalogues.zh)) {
            assert.doesNotMatch(text, /[\u4e00-\u9fff][,:;?!]/, key);
        }
    });

    it("have every key that the page uses, and none that it does not", () => {
        const sources = (readdirSync("src", { recursive: true }) as string[])
            .filter((name) => /\.tsx?$/.test(name) && !name.startsWith("words/"))
            .map((name) => readFileSync(`src/${name}`, "utf8"))
            .join("\n");
        const used = new Set([...sources.matchAll(/"([a-z]+(?:[.-][a-z0-9]+)*)"/g)].map((match) => match[1]!));
        // Keys that are put together from a value: say(`state.${state}`).
        const groups = new Set([...sources.matchAll(/`([a-z.]+\.)\$\{/g)].map((match) => match[1]!));
        for (const [, group] of sources.matchAll(/sayValue\([^,]+, "(\w+)"/g)) groups.add(`${group}.`);
        for (const key of Object.keys(catalogues.en)) {
            const group = key.slice(0, key.lastIndexOf(".") + 1);
            assert.ok(used.has(key) || groups.has(group), `${key} is not used`);
        }
    });
});

describe("words", () => {
    it("fill their gaps and choose the number's form", () => {
        assert.equal(say("en", "tracks.gpus", { n: 1 }), "1 GPU");
        assert.equal(say("en", "tracks.gpus", { n: 4 }), "4 GPUs");
        assert.equal(say("zh", "tracks.gpus", { n: 1 }), "1 块 GPU");
        assert.equal(say("en", "card.epoch", { epoch: 3, epochs: 10 }), "Epoch 3 of 10");
    });

    it("give a value of a newer server back as it is", () => {
        assert.equal(sayValue("zh", "state", "running"), "运行中");
        assert.equal(sayValue("zh", "state", "hibernating"), "hibernating");
    });

    it("follow the browser's languages in their order", () => {
        assert.equal(languageOf(["zh-CN", "en"]), "zh");
        assert.equal(languageOf(["fr", "en-US", "zh"]), "en");
        assert.equal(languageOf(["zh-Hant-TW"]), "zh");
        assert.equal(languageOf(["de"]), "en");
    });
});

describe("formats", () => {
    const start = Date.parse("2026-11-25T12:00:00Z");
    const HOUR = 3_600_000;

    it("tell a window in the site's zone", () => {
        const en = new Formats("en", "Asia/Shanghai");
        assert.equal(en.window(start, start + 32 * HOUR), "Wed 25 Nov 20:00 – Fri 27 Nov 04:00 (32 h)");
        assert.equal(en.window(start, start + 2 * HOUR), "Wed 25 Nov 20:00 – 22:00 (2 h)");
        const zh = new Formats("zh", "Asia/Shanghai");
        assert.equal(zh.window(start, start + 2 * HOUR), "11月25日周三 20:00 – 22:00 (2 小时)");
    });

    it("name a week, also one that spans months and years", () => {
        const named = (monday: string) =>
            (["en", "zh"] as const).map((language) =>
                new Formats(language, "Asia/Shanghai").period(
                    weekOf(dateFromText(monday)!, "Asia/Shanghai", 120),
                ),
            );
        assert.deepEqual(named("2026-11-23"), ["23–29 November 2026", "2026年11月23日–29日"]);
        assert.deepEqual(named("2026-11-30"), ["30 November–6 December 2026", "2026年11月30日–12月6日"]);
        assert.deepEqual(named("2026-12-28"), [
            "28 December 2026–3 January 2027",
            "2026年12月28日–2027年1月3日",
        ]);
    });

    it("tell lengths", () => {
        const en = new Formats("en", "UTC");
        assert.equal(en.length(20 * 1000), "under a minute");
        assert.equal(en.length(123 * 1000), "2 min");
        assert.equal(en.length(2.5 * HOUR), "2 h 30 min");
    });

    it("draw neighbouring GPUs together", () => {
        const fleet = ["n1/0", "n1/1", "n1/2", "n2/0", "n2/1"].map((id) => ({ id }));
        assert.equal(gpuRanges([0, 1, 2, 3], fleet), "n1/0–2, n2/0");
        assert.equal(gpuRanges([0, 2, 4], fleet), "n1/0, n1/2, n2/1");
        const many = Array.from({ length: 40 }, (_, i) => ({ id: `n${i}/0` }));
        const all = many.map((_, i) => i);
        assert.equal(new Formats("en", "UTC").gpusInShort(all, many), "n0/0, n1/0, n2/0 and others (40 in all)");
        assert.equal(new Formats("zh", "UTC").gpusInShort(all, many), "n0/0, n1/0, n2/0 等（共 40 块）");
        assert.equal(new Formats("en", "UTC").gpusInShort([0, 2, 4], fleet), "n1/0, n1/2, n2/1");
    });
});
