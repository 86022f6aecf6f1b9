import { describe, expect, it } from "@jest/globals";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { probeHtml } from "../../src/report/html.js";
import { ENDED, GOOD_PROBE, PROBE, probeOf, verifiedSamples } from "../support/sample-probe.js";

const page = probeHtml(PROBE);
const headings = (text: string): readonly (string | undefined)[] =>
  [...text.matchAll(/<h2[^>]*>(.*?)<\/h2>/g)].map(([, title]) => title);

describe("the page of a probe", () => {
  it("has a section for each thing that there is to tell", () => {
    expect(headings(page)).toEqual([
      "Gates",
      "Types",
      "From launch to offer",
      "Memory offered",
      "Price",
      "Refused elsewhere first",
      "Not verified",
      "Not begun",
    ]);
    expect(headings(probeHtml(GOOD_PROBE))).toEqual([
      "Gates",
      "Types",
      "From launch to offer",
      "Memory offered",
      "Price",
      "Refused elsewhere first",
    ]);
    expect(headings(probeHtml(probeOf([ENDED.unavailable])))).toEqual(["Types", "Not verified"]);
    expect(headings(probeHtml(probeOf([])))).toEqual([]);
  });

  it("asks for nothing, and allows itself nothing but its own style sheet", () => {
    expect(page).not.toMatch(/<(?:script|iframe|object|embed|form|base)\b|\bon[a-z]+="|url\(|@import|style="/);
    expect([...page.matchAll(/<[^>]*\b(?:src|href)="([^"]*)"/g)].map(([, address]) => address)).toEqual(["data:,"]);
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'"`,
    );
  });

  it("tells each drawing in words, and the same figures in a table", () => {
    const drawings = [...page.matchAll(/<svg ([^>]*)>/g)].map(([, attributes = ""]) => attributes);
    expect(drawings.filter((attributes) => !/aria-label="[^"]+"|aria-hidden|class="axis"/.test(attributes))).toEqual(
      [],
    );
    expect(page).toContain(
      'aria-label="c6a.2xlarge: p50 61.2s, p90 74.9s, 58.4s to 74.9s, 5 samples. Seconds until, p50: EC2 accepted 1.2, ' +
        'running 9.8, address known 9.8, bootstrap answers 33.7, image installed 36.7, reflowlet answers 56.9, tagged 60.0, offer 61.2."',
    );
    expect(page).toContain('<td class="number">61.2 (58.4 to 74.9)<br>p90 74.9</td>');
  });

  it("draws a circle for each verified sample, at its place between 0 and a round number of seconds", () => {
    const text = probeHtml(probeOf(verifiedSamples("m5.large", [50, 100])));
    expect([...text.matchAll(/<circle [^>]*cx="([^"]+)"/g)].map(([, x]) => x)).toEqual(["50%", "100%"]);
    const ticks = [...text.matchAll(/<text x="[^"]+" y="11"[^>]*>([^<]*)</g)].map(([, label]) => label);
    expect(ticks).toEqual(["0", "20", "40", "60", "80", "100 s"]);
  });

  it("lets no text from outside become markup", () => {
    const tags = (text: string): readonly string[] => text.match(/<\/?[a-z][a-z0-9]*/gi) ?? [];
    const plain = { ...ENDED.failed, problem: "p", hint: "h", console: "c", type: "t", zone: "z" };
    const usual = tags(probeHtml(probeOf([plain])));
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("<", ">", '"', "'", "&", "/", "b", " ", "\u0000"), minLength: 1 }),
        (any) => {
          const sample = { ...plain, problem: any, hint: any, console: `c${any}`, type: any, zone: any };
          expect(tags(probeHtml(probeOf([sample])))).toEqual(usual);
        },
      ),
      { numRuns: 50 },
    );
  });
});
