import type { Generation } from "./model.js";
import type { ProviderKey } from "./provider-table.js";

/** What Reflow of either year has under its provider keys when the file says nothing. */
const COMMON_ENTRIES: Readonly<Partial<Record<ProviderKey, string>>> = {
  awscreds: "awscreds",
  awstool: "awstool,awstool=grailbio/awstool:latest",
  bootstrap: "bootstrapimage,uri=bootstrap",
  cache: "off",
  docker: "docker,memlimit=soft",
  labels: "kv",
  reflowlet: "reflowletconfig",
  session: "awssession",
  sshkey: "key",
  user: "user",
};

/** Reflow's built-in entries by generation. `tls`, `logger` and `reflow` have none here: the configuration decides. */
export const BUILT_IN_ENTRIES: Readonly<Record<Generation, Readonly<Partial<Record<ProviderKey, string>>>>> = {
  2020: { ...COMMON_ENTRIES, tracer: "xray" },
  2023: {
    ...COMMON_ENTRIES,
    metrics: "nopmetrics",
    repository: "noprepo",
    runid: "runid",
    taskdb: "noptaskdb",
    tracer: "noptracer",
  },
};

/** The bootstrap binaries behind the placeholder `uri=bootstrap`, as built into Reflow of the year. */
export const BUILT_IN_BOOTSTRAP: Readonly<Record<Generation, string>> = {
  2020: "https://grail-public-bin.s3-us-west-2.amazonaws.com/linux/amd64/reflowbootstrap0.1",
  2023: "https://grail-public-bin.s3-us-west-2.amazonaws.com/linux/amd64/reflowbootstrap0.4",
};

/** What Reflow's setup writes for a new cluster. */
export const CLUSTER_DEFAULTS = {
  name: "default",
  diskType: { 2020: "gp2", 2023: "gp3" },
  diskSpaceGiB: { 2020: 250, 2023: 300 },
  maxPendingInstances: 5,
  maxHourlyCostUsd: 10,
  /** Reflow of 2023 probes spot capacity at 5 when the file says nothing, 2020 not at all. */
  spotProbeDepth: { 2020: 0, 2023: 5 },
} as const;

/** Our own settings where the file says nothing. */
export const OWN_DEFAULTS = {
  /** Reflow's limit of 2020. In 2023 it has only limits of pending instances and of cost; ours then holds beside them. */
  maxInstances: 100,
  /** A reflowlet of 2020 cannot speak IMDSv2. */
  imds: { 2020: "optional", 2023: "required" },
  /** Containers on a bridge network are one hop further from the metadata service than their host. */
  imdsHopLimit: 2,
  /** Karpenter's (pkg/cache): long enough not to ask again in vain, short enough to find what is freed. */
  refusalMinutes: 3,
  /** Reflow's root volume, in both years. */
  rootSizeGiB: 200,
  helperUrls: {
    /** The release that Reflow installs; the project has made none since. */
    cloudwatch:
      "https://github.com/advantageous/systemd-cloud-watch/releases/download/v0.2.1/systemd-cloud-watch_linux",
    /** AWS's own download, the version line that it still mends. */
    xray: "https://s3.us-east-2.amazonaws.com/aws-xray-assets.us-east-2/xray-daemon/aws-xray-daemon-linux-3.x.zip",
    /** The release that Reflow installs. */
    nodeExporter:
      "https://github.com/prometheus/node_exporter/releases/download/v1.0.1/node_exporter-1.0.1.linux-amd64.tar.gz",
  },
} as const;
