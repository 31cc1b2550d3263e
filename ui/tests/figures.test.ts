import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Client } from "../src/api/client";
import { fetchTable, nextCursor } from "../src/figures/csv";
import { linePath } from "../src/figures/line_path";
import { hoursText, numberText, roundUp, shareText } from "../src/figures/numbers";
import { daysOf, periodOf, spanOf, spanQuery, withPeriod } from "../src/figures/period";
import { sortRows } from "../src/figures/sort_rows";
import { dateToText } from "../src/time/zone";

const NOW = Date.parse("2026-11-25T12:00:00Z");

describe("the period of figures", () => {
    it("is the last four weeks when nothing is said, or what makes no sense", () => {
        for (const text of ["", "weeks=7", "from=2026-11-02", "from=2026-02-30&to=2026-03-01"]) {
            assert.deepEqual(periodOf(new URLSearchParams(text)), { kind: "weeks", weeks: 4 }, text);
        }
    });

    it("goes through the address unchanged, and leaves the rest of it alone", () => {
        for (const text of ["by=team", "by=team&weeks=12", "by=team&from=2026-10-01&to=2026-10-31"]) {
            const query = new URLSearchParams(text);
            assert.equal(withPeriod(query, periodOf(query)).toString(), text);
        }
        const back = withPeriod(new URLSearchParams("from=2026-10-01&to=2026-10-31"), { kind: "weeks", weeks: 4 });
        assert.equal(back.toString(), "");
    });

    it("begins on a Monday of the site's zone and ends now", () => {
        const span = spanOf({ kind: "weeks", weeks: 4 }, NOW, "Asia/Shanghai");
        assert.deepEqual(spanQuery(span), { from: "2026-10-25T16:00:00Z", to: "2026-11-25T12:00:00Z" });
    });

    it("has its last day whole, also when the clocks change on it", () => {
        const days = periodOf(new URLSearchParams("from=2026-10-25&to=2026-10-25"));
        const span = spanOf(days, NOW, "Europe/Berlin");
        assert.deepEqual(spanQuery(span), { from: "2026-10-24T22:00:00Z", to: "2026-10-25T23:00:00Z" });
        const { first, last } = daysOf(span, "Europe/Berlin");
        assert.deepEqual([dateToText(first), dateToText(last)], ["2026-10-25", "2026-10-25"]);
    });
});

describe("rows in order", () => {
    const rows = [
        { name: "node10", hours: 3 },
        { name: "node9", hours: null },
        { name: "node1", hours: 12 },
        { name: "node2", hours: 3 },
    ];
    const names = (sorted: typeof rows) => sorted.map(({ name }) => name);

    it("go by the numbers in names", () => {
        const sorted = sortRows(rows, (row) => row.name, "ascending", "en");
        assert.deepEqual(names(sorted), ["node1", "node2", "node9", "node10"]);
    });

    it("put what is not known last both ways, and keep equal ones as they were", () => {
        assert.deepEqual(names(sortRows(rows, (row) => row.hours, "descending", "en")), [
            "node1", "node10", "node2", "node9",
        ]);
        assert.deepEqual(names(sortRows(rows, (row) => row.hours, "ascending", "en")), [
            "node10", "node2", "node1", "node9",
        ]);
    });

    it("order Chinese names as Chinese does", () => {
        const people = [{ name: "王芳" }, { name: "陈立" }, { name: "李娜" }];
        const sorted = sortRows(people, (row) => row.name, "ascending", "zh");
        assert.deepEqual(sorted.map(({ name }) => name), ["陈立", "李娜", "王芳"]);
    });
});

describe("numbers", () => {
    it("are told with the places that matter, and as a dash when not known", () => {
        assert.equal(numberText("en", 12_345), "12,345");
        assert.equal(hoursText("en", 4.25), "4.3");
        assert.equal(hoursText("en", 412.4), "412");
        assert.equal(shareText("en", 0.714), "71%");
        assert.equal(shareText("zh", null), "–");
    });

    it("end an axis at a round one", () => {
        assert.deepEqual([0, 0.7, 1, 1.1, 37, 648, 1001].map(roundUp), [1, 0.8, 1, 2, 40, 800, 2000]);
    });

    it("break a line where one is missing", () => {
        const path = linePath([1, 2, null, 4], (i) => i * 10, (value) => value);
        assert.equal(path, "M0.0 1.0L10.0 2.0M30.0 4.0");
    });
});

describe("a table as text", () => {
    it("is joined from its pages, with one header", async () => {
        const asked: string[] = [];
        const pages: Record<string, [text: string, link?: string]> = {
            "": ["a,b\r\n1,2\r\n", '</api/v1/audit?cursor=7&actor=x>; rel="next"'],
            "7": ["a,b\r\n3,4\r\n"],
        };
        const client = new Client(
            () => "alice",
            (url, init) => {
                asked.push(`${String(url)} ${(init?.headers as Record<string, string>)["accept"]}`);
                const cursor = new URLSearchParams(String(url).split("?")[1]).get("cursor") ?? "";
                const [text, link] = pages[cursor]!;
                return Promise.resolve(new Response(text, { headers: link ? { link } : {} }));
            },
        );
        assert.equal(await fetchTable(client, "audit", { actor: "x" }), "a,b\r\n1,2\r\n3,4\r\n");
        assert.deepEqual(asked, ["api/v1/audit?actor=x text/csv", "api/v1/audit?actor=x&cursor=7 text/csv"]);
    });

    it("ends without a next page", () => {
        assert.equal(nextCursor(null), null);
        assert.equal(nextCursor('</api/v1/audit?cursor=9>; rel="prev"'), null);
    });
});
