import { describe, expect, it } from "@jest/globals";
import { loadInstanceTypeNames } from "../../../src/catalog/load-catalog.js";
import { familyGroup, quotaName } from "../../../src/cluster/refusals/family-group.js";

describe("the family group of a type", () => {
  it("is told by the family's letters", () => {
    const types = ["c6a.large", "im4gn.large", "z1d.large", "g6f.large", "gr6.4xlarge", "vt1.3xlarge", "p5.48xlarge"];
    const others = [
      "x2iedn.large",
      "u7i-12tb.224xlarge",
      "inf2.xlarge",
      "trn1.2xlarge",
      "hpc6a.48xlarge",
      "dl1.24xlarge",
    ];
    expect([...types, ...others].map(familyGroup)).toEqual([
      ...["Standard", "Standard", "Standard", "G and VT", "G and VT", "G and VT", "P"],
      ...["X", "High Memory", "Inf", "Trn", "HPC", "DL"],
    ]);
  });

  it("is Standard only for families of its letters, over the whole catalogue", async () => {
    const types = [...(await loadInstanceTypeNames())];
    const standard = types.filter((type) => familyGroup(type) === "Standard");
    expect(standard.filter((type) => !/^[acdhimrtz]/.test(type))).toEqual([]);
    expect(standard.length).toBeGreaterThan(1_000);
  });
});

describe("the quota of a launch", () => {
  it.each([
    ["c6a.large", "on-demand", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances (L-1216C47A)"],
    ["c6a.large", "spot", "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests (L-34B43A08)"],
    ["g5.xlarge", "spot", "All G and VT Spot Instance Requests (L-3819A6DF)"],
    ["x2idn.16xlarge", "on-demand", "Running On-Demand X instances"],
  ] as const)("of %s (%s) is named as Service Quotas does", (type, market, name) => {
    expect(quotaName(type, market)).toBe(name);
  });
});
