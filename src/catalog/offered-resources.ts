import { amount, sizeText, type Resources } from "../pool/resources.js";
import type { CatalogType } from "./model.js";

const GIB = 2 ** 30;

/** What a type falls short of. */
export interface Shortfall {
  /** `cpu`, `mem`, `disk` or a CPU feature. */
  readonly resource: string;
  readonly offered: number;
  readonly needed: number;
}

/**
 * What the reflowlet on an instance of the type will offer at least: all vCPUs, the usable memory, the file system on
 * its data volumes, and one unit per vCPU of each CPU feature. `intel_turbo` is left out: the catalogue lists it, but
 * no reflowlet ever offers it, so that an instance launched for it would serve nobody.
 */
export function offeredResources(type: CatalogType, dataGiB: number): Resources {
  const resources: Record<string, number> = {
    mem: type.usableMemoryBytes,
    cpu: type.vcpu,
    disk: usableDiskBytes(dataGiB),
  };
  for (const feature of type.features) {
    if (feature !== "intel_turbo") resources[feature] = type.vcpu;
  }
  return resources;
}

/**
 * Bytes that the file system on `dataGiB` of volumes reports as its size, at least. Measured with mke2fs 1.47 and its
 * defaults less 4 MiB for LVM: 96.2 % of 1 GiB (journal and inodes weigh most there), 97.7 % of 16 GiB, 98.1 % of
 * 300 GiB, 99.2 % of 16,000 GiB; the rest of the distance is room for the metadata of twelve striped volumes.
 */
export function usableDiskBytes(dataGiB: number): number {
  return Math.trunc(dataGiB * GIB * (dataGiB < 16 ? 0.95 : 0.97));
}

/** Where `offered` does not cover `need`; empty when it fits. */
export function shortfalls(offered: Resources, need: Resources): Shortfall[] {
  return Object.keys(need)
    .filter((resource) => !(amount(offered, resource) >= amount(need, resource)))
    .map((resource) => ({ resource, offered: amount(offered, resource), needed: amount(need, resource) }));
}

/** E.g. `mem 3.4GiB of 32.0GiB`: what is there of what is needed. */
export function shortfallText({ resource, offered, needed }: Shortfall): string {
  const text = (value: number): string =>
    resource === "mem" || resource === "disk" ? sizeText(value) : String(Number(value.toFixed(3)));
  return `${resource} ${text(offered)} of ${text(needed)}`;
}

/** The part of the need that the scarcest resource covers, at most 1. */
export function coverage(offered: Resources, need: Resources): number {
  const parts = Object.keys(need).map((key) => amount(offered, key) / amount(need, key));
  return Math.min(1, ...parts.filter((part) => part >= 0));
}
