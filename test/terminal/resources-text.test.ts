import { describe, expect, it } from "@jest/globals";
import { cpuUsage, resourcesSentence, sizeUsage } from "../../src/terminal/resources-text.js";

const GIB = 1024 ** 3;

describe("resources for people", () => {
  it.each([
    [{ cpu: 2, mem: 4 * GIB, disk: 100 * GIB }, "2 cpu, 4.0GiB mem, 100.0GiB disk"],
    [{ cpu: 0.5, intel_avx: 2 }, "0.5 cpu"],
    [{ mem: 1, cpu: 0 }, "1B mem"],
    [{}, "nothing"],
  ])("%j are %s", (resources, text) => {
    expect(resourcesSentence(resources)).toBe(text);
  });

  it.each([
    [{ cpu: 16 }, { cpu: 14 }, "2/16"],
    [{ cpu: 16 }, {}, "16/16"],
    [{ cpu: 2 }, { cpu: 1.3 }, "0.7/2"],
    [{}, {}, "-"],
  ])("of %j with %j free are used vCPUs %s", (total, available, text) => {
    expect(cpuUsage(total, available)).toBe(text);
  });

  it.each([
    [{ mem: 62.5 * GIB }, { mem: 50.5 * GIB }, "12/62.5GiB"],
    [{ mem: 62.5 * GIB }, { mem: 62.5 * GIB }, "0/62.5GiB"],
    [{ mem: 2 * 1024 * GIB }, { mem: 512 * GIB }, "1.5/2.0TiB"],
    [{ mem: 500 }, { mem: 100 }, "400/500B"],
    // More is used than there is: two leases overlapped when one had expired.
    [{ mem: 4 * GIB }, { mem: -1 * GIB }, "5/4.0GiB"],
    [{ mem: 0 }, { mem: 0 }, "-"],
    [{ mem: Number.NaN }, {}, "-"],
  ])("of %j with %j free is used memory %s", (total, available, text) => {
    expect(sizeUsage(total, available, "mem")).toBe(text);
  });
});
