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
  it("renders to one table with a row for each type and nine cells in each", () => {
    const rows = [...html.matchAll(/<tr>(.*?)<\/tr>/gs)].map(
      ([, row = ""]) => count(row, "</td>") + count(row, "</th>"),
    );
    expect(rows).toEqual(Array.from({ length: PROBE.types.length + 1 }, () => 9));
    expect(count(html, "<table>")).toBe(1);
  });

  it("folds what is to be told of each sample that is not verified", () => {
    expect([...html.matchAll(/<summary>(.*?)<\/summary>/g)].map(([, title]) => title)).toEqual([
      "r5.xlarge #4: failed",
      "r5.xlarge #5: timed out",
      "p3.2xlarge #1: unavailable",
      "t3a.small #1: interrupted",
    ]);
    expect([count(html, "<details>"), count(html, "</details>")]).toEqual([4, 4]);
    expect(probeMarkdown(GOOD_PROBE)).not.toContain("<details>");
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
