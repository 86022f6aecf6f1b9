import { describe, expect, it } from "@jest/globals";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { CSV_COLUMNS, probeCsv } from "../../src/report/csv.js";
import { ENDED, PROBE, probeOf } from "../support/sample-probe.js";

/** Read by a parser that takes nothing but CRLF for the end of a record, nor quotes where none may be. */
function records(text: string): readonly Record<string, string>[] {
  return parse(text, { columns: true, record_delimiter: "\r\n" });
}

/** What a text has become when it is read back. */
function readBack(problem: string): string | undefined {
  return records(probeCsv(probeOf([{ ...ENDED.unavailable, problem }])))[0]?.problem;
}

describe("the CSV of a probe", () => {
  it("has a record for each sample, under a header, by RFC 4180", () => {
    const text = probeCsv(PROBE);
    const rows = records(text);
    expect(rows.map(({ type, sample, outcome }) => [type, Number(sample), outcome])).toEqual(
      PROBE.samples.map(({ type, sample, outcome }) => [type, sample, outcome]),
    );
    expect(Object.keys(rows[0] ?? {})).toEqual(CSV_COLUMNS);
    expect(text.endsWith("\r\n")).toBe(true);
  });

  it("has figures that read back as they were, and nothing where there is none", () => {
    const [verified] = PROBE.samples;
    const [row] = records(probeCsv(PROBE));
    expect({ offer: Number(row?.offer_s), price: Number(row?.hourly_usd), cpu: Number(row?.offered_cpu) }).toEqual({
      offer: verified?.reached.offer,
      price: verified?.hourlyUsd,
      cpu: verified?.offered?.cpu,
    });
    expect(row).toMatchObject({ problem: "", waiting_for: "", end_seen: "true" });
    const never = records(probeCsv(probeOf([ENDED.interrupted])))[0];
    expect(never).toMatchObject({
      instance_id: "",
      started: "",
      offer_s: "",
      offered_cpu: "",
      hourly_usd: "",
      end_seen: "",
    });
  });

  it("keeps any text whole: commas, quotes, lines", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", ",", '"', "\n", " ", "é", "🚀", ";", "'")), (parts) => {
        const text = `x${parts.join("")}`;
        expect(readBack(text)).toBe(text);
      }),
    );
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1"])("lets no spreadsheet take %j for a formula", (text) => {
    expect(readBack(text)).toBe(`'${text}`);
  });
});
