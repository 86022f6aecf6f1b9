import type { Market } from "../ports.js";

/**
 * A group of instance families that share a quota of vCPUs: one for each market and region (AWS, Service Quotas,
 * Amazon EC2).
 */
export type FamilyGroup = "Standard" | "DL" | "F" | "G and VT" | "High Memory" | "HPC" | "Inf" | "P" | "Trn" | "X";

/** Families whose name says their group; all others are Standard: A, C, D, H, I, M, R, T, Z. */
const GROUPS: Readonly<Record<string, FamilyGroup>> = {
  dl: "DL",
  f: "F",
  g: "G and VT",
  gr: "G and VT",
  vt: "G and VT",
  u: "High Memory",
  hpc: "HPC",
  inf: "Inf",
  p: "P",
  trn: "Trn",
  x: "X",
};

const STANDARD = "Standard (A, C, D, H, I, M, R, T, Z)";

/** Codes of the quotas that most accounts meet. */
const QUOTA_CODES: Readonly<Record<Market, Partial<Readonly<Record<FamilyGroup, string>>>>> = {
  "on-demand": { Standard: "L-1216C47A", "G and VT": "L-DB2E81BA" },
  spot: { Standard: "L-34B43A08", "G and VT": "L-3819A6DF" },
};

/** The family group of a type: a quota that is used up stops every type of it in the market, in all zones. */
export function familyGroup(instanceType: string): FamilyGroup {
  const letters = /^[a-z]+/.exec(instanceType)?.[0] ?? "";
  return (Object.hasOwn(GROUPS, letters) ? GROUPS[letters] : undefined) ?? "Standard";
}

/** The quota that a launch of the type counts against, as Service Quotas names it, with its code where we know it. */
export function quotaName(instanceType: string, market: Market): string {
  const group = familyGroup(instanceType);
  const families = group === "Standard" ? STANDARD : group;
  const name = market === "spot" ? `All ${families} Spot Instance Requests` : `Running On-Demand ${families} instances`;
  const code = QUOTA_CODES[market][group];
  return code === undefined ? name : `${name} (${code})`;
}
