import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { marked } from "marked";
import { probeMarkdown } from "../../src/report/markdown.js";
import { ENDED, GOOD_PROBE, PROBE, probeOf } from "../support/sample-probe.js";

const render = (text: string): string => marked.parse(text, { async: false, gfm: true });
const html = render(probeMarkdown(PROBE));
/** What a reader sees of HTML. */
const seen = (markup: string): string =>
  markup
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)))
    .replace(/&(lt|gt|quot|amp);/g, (_all, name: string) => ({ lt: "<", gt: ">", quot: '"', amp: "&" })[name] ?? "");
const count = (text: string, part: string): number => text.split(part).length - 1;

describe("the Markdown of a probe", () => {
  it("renders to a table with a row for each type and nine cells in each", () => {
    const [first = ""] = html.split("</table>");
    const rows = [...first.matchAll(/<tr>(.*?)<\/tr>/gs)].map(
      ([, row = ""]) => count(row, "</td>") + count(row, "</th>"),
    );
    expect(rows).toEqual(Array.from({ length: PROBE.types.length + 1 }, () => 9));
  });

  it("has all figures of each milestone in a second table, which is folded", () => {
    const [, second = ""] = html.split("</table>");
    expect(second.split("<table>")[0]).toContain("<summary>Seconds until each milestone</summary>");
    // Eight milestones of each of three types, and the head.
    expect(count(second, "<tr>")).toBe(3 * 8 + 1);
    expect(seen(second)).toContain("c6a.2xlarge\nbootstrap answers\n33.7\n41.2\n32.1\n41.2\n");
    expect(count(html, "<table>")).toBe(2);
  });

  it("says by how much times are late at most", () => {
    expect(seen(html)).toContain("Times are late by at most 5 s.");
  });

  it("tells what passed a comparison unseen", () => {
    expect(seen(html)).toContain("Note: m5.large is not in the baseline: nothing was compared");
  });

  it("tells where verified samples were refused before", () => {
    expect(seen(html)).toContain(
      "Refused elsewhere first\n\nc6a.2xlarge: spot in us-west-2b: InsufficientInstanceCapacity, 2 times\n",
    );
  });

  it("folds what is to be told of each sample that is not verified", () => {
    expect([...html.matchAll(/<summary>(.*?)<\/summary>/g)].map(([, title]) => title)).toEqual([
      "Seconds until each milestone",
      "r5.xlarge #4: failed",
      "r5.xlarge #5: timed out",
      "p3.2xlarge #1: unavailable",
      "t3a.small #1: interrupted",
    ]);
    expect([count(html, "<details>"), count(html, "</details>")]).toEqual([5, 5]);
    expect(probeMarkdown(GOOD_PROBE)).not.toContain("### Not verified");
  });

  it("keeps below what GitHub shows in a summary, however much there is on consoles: their ends count", () => {
    const console = Array.from({ length: 5_000 }, (_none, line) => `line ${line}\n`).join("");
    const samples = Array.from({ length: 200 }, (_none, index) => ({ ...ENDED.failed, sample: index + 1, console }));
    expect(Buffer.byteLength(probeMarkdown(probeOf(samples)))).toBeLessThan(1024 ** 2);
    const block = /```text\n(.*?)```/s.exec(probeMarkdown(probeOf(samples.slice(0, 1))))?.[1] ?? "";
    expect(block.slice(0, 7)).toBe("…\nline ");
    expect(block.endsWith("line 4999\n")).toBe(true);
    expect(block.length).toBeLessThanOrEqual(8_002);
  });

  it("keeps below it also with thousands of failures, and tells how many it leaves out", () => {
    const problem = "the bootstrap never answered, ".repeat(10);
    const samples = Array.from({ length: 4_000 }, (_none, index) => ({ ...ENDED.failed, sample: index + 1, problem }));
    const page = probeMarkdown(probeOf(samples));
    expect(Buffer.byteLength(page)).toBeLessThan(1024 ** 2);
    const told = count(page, "<summary>");
    expect(told).toBeGreaterThan(300);
    expect(page.endsWith(`\nAnd ${4_000 - told} more, of which the other reports tell.\n`)).toBe(true);
  });

  it("lets no text from outside become markup", () => {
    expect(html).not.toMatch(/<(?:img|script|a|em|strong>d)\b/);
    expect(seen(html)).toContain(
      "<img src=x onerror=\"a()\"> & 'b' | `c` **d** [e](javascript:f) $g$ @h www.i.example ]]>",
    );
  });

  it("shows any one-line text of a type in its cell as it is", () => {
    const character = fc.constantFrom(..."|\\`*_[]()<>&#!~:@$-+.1a \"'/=^{}");
    fc.assert(
      fc.property(fc.array(character, { minLength: 1, maxLength: 12 }), (parts) => {
        const type = `t${parts.join("")}`.replace(/\s+/g, " ").trim();
        const page = render(probeMarkdown(probeOf([{ ...ENDED.interrupted, type }])));
        expect(seen(/<td>(.*?)<\/td>/.exec(page)?.[1] ?? "")).toBe(type);
      }),
    );
  });
});
