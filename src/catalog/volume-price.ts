/** A volume that is paid for; the launch request's volumes are of this shape. */
export interface PricedVolume {
  /** EBS volume type, e.g. `gp3`. */
  readonly type: string;
  readonly sizeGiB: number;
  /** Provisioned operations a second. */
  readonly iops?: number | undefined;
  /** Provisioned MiB/s. */
  readonly throughputMiBps?: number | undefined;
}

/** Hours in AWS's month. */
const HOURS_PER_MONTH = 730;

/** Ascending: up to `upTo` units, each costs `usd` a month. */
type Tiers = readonly { readonly upTo: number; readonly usd: number }[];

interface VolumeRate {
  readonly perGiB: number;
  readonly iops?: Tiers;
  readonly throughput?: Tiers;
}

const every = (usd: number): Tiers => [{ upTo: Infinity, usd }];
const beyond = (free: number, usd: number): Tiers => [
  { upTo: free, usd: 0 },
  { upTo: Infinity, usd },
];

/**
 * USD a month, us-east-1, from AWS's page "Amazon EBS pricing" as known in November 2026. Snapshots and the
 * per-operation charge of `standard` (0.05 USD a million) are not counted.
 */
const RATES: Readonly<Record<string, VolumeRate>> = {
  gp3: { perGiB: 0.08, iops: beyond(3000, 0.005), throughput: beyond(125, 0.04) },
  gp2: { perGiB: 0.1 },
  io1: { perGiB: 0.125, iops: every(0.065) },
  io2: {
    perGiB: 0.125,
    iops: [
      { upTo: 32_000, usd: 0.065 },
      { upTo: 64_000, usd: 0.046 },
      { upTo: Infinity, usd: 0.032 },
    ],
  },
  st1: { perGiB: 0.045 },
  sc1: { perGiB: 0.015 },
  standard: { perGiB: 0.05 },
};

/** A type that the table does not know is taken for the dearest: a budget must not be passed by ignorance. */
const DEAREST: VolumeRate = { perGiB: 0.125, iops: every(0.065), throughput: every(0.04) };

/**
 * USD an hour for a volume in a region whose prices are `priceLevel` times those of us-east-1. Where no region's own
 * list is at hand, scaling is nearer than the bare us-east-1 price: EBS is dearer in the same regions as instances.
 */
export function volumeUsdPerHour(volume: PricedVolume, priceLevel: number): number {
  const rate = Object.hasOwn(RATES, volume.type) ? (RATES[volume.type] ?? DEAREST) : DEAREST;
  const perMonth =
    volume.sizeGiB * rate.perGiB +
    tieredUsd(volume.iops ?? 0, rate.iops ?? []) +
    tieredUsd(volume.throughputMiBps ?? 0, rate.throughput ?? []);
  return (perMonth * priceLevel) / HOURS_PER_MONTH;
}

function tieredUsd(units: number, tiers: Tiers): number {
  let usd = 0;
  let from = 0;
  for (const tier of tiers) {
    usd += Math.max(0, Math.min(units, tier.upTo) - from) * tier.usd;
    from = tier.upTo;
  }
  return usd;
}
