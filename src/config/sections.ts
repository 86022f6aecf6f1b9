import { CLUSTER_DEFAULTS, OWN_DEFAULTS } from "./defaults.js";
import type { ClusterSection, Generation, HelperProgram, OwnSection } from "./model.js";
import type { FileEntries } from "./schema.js";

type ClusterEntries = NonNullable<FileEntries["ec2cluster"]>;
type OwnEntries = NonNullable<FileEntries["reflow-ec2"]>;
type HelperEntry = NonNullable<NonNullable<OwnEntries["helpers"]>["xray"]>;

/**
 * `ec2cluster:` with defaults. Empty texts and zeros mean "not set", as Reflow writes its fields so.
 * @param name of the cluster, after the flag's precedence.
 * @param instanceTypes those of the file that are known.
 */
export function clusterSection(
  entries: ClusterEntries,
  generation: Generation,
  name: string,
  instanceTypes: readonly string[],
): ClusterSection {
  const subnets = [...textIn(entries.subnet), ...(entries.subnets ?? [])];
  return {
    name,
    spot: entries.spot ?? false,
    instanceProfile: entries.instanceprofile || undefined,
    securityGroup: entries.securitygroup || undefined,
    subnets: [...new Set(subnets)],
    availabilityZone: entries.availabilityzone || undefined,
    diskType: entries.disktype || CLUSTER_DEFAULTS.diskType[generation],
    disk: disk(entries, generation),
    diskSlices: entries.diskslices || 1,
    ami: entries.ami || undefined,
    keyName: entries.keyname || undefined,
    immortal: entries.immortal ?? false,
    cloudConfig: entries.cloudconfig ?? {},
    spotProbeDepth: entries.spotprobedepth || CLUSTER_DEFAULTS.spotProbeDepth[generation],
    instanceTypes,
    maxPendingInstances: entries.maxpendinginstances || CLUSTER_DEFAULTS.maxPendingInstances,
    maxHourlyCostUsd: entries.maxhourlycostusd || CLUSTER_DEFAULTS.maxHourlyCostUsd,
  };
}

function disk(entries: ClusterEntries, generation: Generation): ClusterSection["disk"] {
  const defaultGiB = entries.diskspace || CLUSTER_DEFAULTS.diskSpaceGiB[generation];
  const sizeGiBBySize = entries.instancesizetodiskspace ?? {};
  const bySize = Object.keys(sizeGiBBySize).length > 0;
  return bySize ? { kind: "by-size", sizeGiBBySize, defaultGiB } : { kind: "fixed", sizeGiB: defaultGiB };
}

/** `reflow-ec2:` with defaults. */
export function ownSection(entries: OwnEntries, generation: Generation): OwnSection {
  const { helpers = {} } = entries;
  return {
    image: entries.image || undefined,
    binary: entries.binary || undefined,
    maxInstances: entries.maxinstances ?? OWN_DEFAULTS.maxInstances,
    imds: entries.imds ?? OWN_DEFAULTS.imds[generation],
    imdsHopLimit: entries.imdshoplimit ?? OWN_DEFAULTS.imdsHopLimit,
    publicAddress: entries.publicaddress,
    address: entries.address ?? "auto",
    sweep: entries.sweep ?? true,
    encrypted: entries.encrypted ?? true,
    rootSizeGiB: entries.rootsizegib ?? OWN_DEFAULTS.rootSizeGiB,
    iops: entries.iops,
    throughputMiBps: entries.throughputmibps,
    ecr: entries.ecr ?? true,
    detailedMonitoring: entries.detailedmonitoring ?? false,
    architectures: entries.architectures ?? ["x86_64"],
    ebsThroughputWeight: entries.ebsthroughputweight ?? 0,
    spotApi: entries.spotapi ?? "run",
    spotFallback: entries.spotfallback ?? false,
    spotMaxPrice: entries.spotmaxprice,
    refusalMinutes: entries.refusalminutes ?? OWN_DEFAULTS.refusalMinutes,
    measured: entries.measured || undefined,
    helpers: {
      cloudwatch: helper(helpers.cloudwatch, OWN_DEFAULTS.helperUrls.cloudwatch),
      xray: helper(helpers.xray, OWN_DEFAULTS.helperUrls.xray),
      nodeExporter: helper(helpers.nodeexporter, OWN_DEFAULTS.helperUrls.nodeExporter),
    },
  };
}

function helper(entry: HelperEntry | undefined, url: string): HelperProgram {
  return { enabled: entry?.enabled ?? true, url: entry?.url ?? url };
}

function textIn(text: string | undefined): readonly string[] {
  return text === undefined || text === "" ? [] : [text];
}
