import type { CatalogType } from "../../catalog/load-catalog.js";
import { Ec2ApiError } from "../protocol/ec2-error.js";
import type { XmlObject } from "../protocol/xml.js";
import type { Action } from "./action.js";
import { queryResources, type ResourceKind } from "./resource-query.js";

/** How instance types are named and found. */
const typeKind: ResourceKind<CatalogType> = {
  idParameter: "InstanceType",
  idOf: ({ type }) => type,
  notFound: (names) =>
    new Ec2ApiError("InvalidInstanceType", `The following supplied instance types do not exist: [${names.join(", ")}]`),
  pageSizes: { least: 5, most: 100 },
  attributes: {
    "bare-metal": ({ bareMetal }) => [String(bareMetal)],
    "burstable-performance-supported": ({ burstable }) => [String(burstable)],
    "current-generation": ({ generationCurrent }) => [String(generationCurrent)],
    "ebs-info.ebs-optimized-support": ({ ebsOptimized }) => [ebsOptimized],
    "ebs-info.nvme-support": ({ ebsNvme }) => [ebsNvme ? "required" : "unsupported"],
    "instance-storage-supported": ({ instanceStorageGB }) => [String(instanceStorageGB > 0)],
    "instance-type": ({ type }) => [type],
    "memory-info.size-in-mib": ({ memoryMiB }) => [String(memoryMiB)],
    "processor-info.supported-architecture": ({ architectures }) => architectures,
    "supported-usage-class": (type) => usageClasses(type),
    "vcpu-info.default-vcpus": ({ vcpu }) => [String(vcpu)],
  },
};

const isOffered = (type: CatalogType): boolean => type.offered !== false;

/** The instance types that the region sells, from our catalogue. */
export const describeInstanceTypes: Action = {
  parameters: ["Filter", "InstanceType", "MaxResults", "NextToken"],
  plan(parameters, { account, types }) {
    if (parameters.texts("InstanceType").length > 100) {
      throw new Ec2ApiError("InvalidParameterValue", "The maximum number of instance types in one call is 100");
    }
    const page = queryResources([...types.values()].filter(isOffered), typeKind, parameters, account.tags);
    return () => ({ instanceTypeSet: page.items.map(typeAnswer), nextToken: page.nextToken });
  },
};

function typeAnswer(type: CatalogType): XmlObject {
  return {
    instanceType: type.type,
    currentGeneration: type.generationCurrent,
    freeTierEligible: false,
    supportedUsageClasses: usageClasses(type),
    supportedRootDeviceTypes: ["ebs"],
    supportedVirtualizationTypes: ["hvm"],
    bareMetal: type.bareMetal,
    hypervisor: type.bareMetal ? undefined : type.ebsNvme ? "nitro" : "xen",
    processorInfo: { supportedArchitectures: type.architectures },
    vCpuInfo: { defaultVCpus: type.vcpu },
    memoryInfo: { sizeInMiB: type.memoryMiB },
    instanceStorageSupported: type.instanceStorageGB > 0,
    instanceStorageInfo: type.instanceStorageGB > 0 ? { totalSizeInGB: type.instanceStorageGB } : undefined,
    ebsInfo: {
      ebsOptimizedSupport: type.ebsOptimized,
      encryptionSupport: "supported",
      ebsOptimizedInfo: ebsThroughput(type),
      nvmeSupport: type.ebsNvme ? "required" : "unsupported",
    },
    burstablePerformanceSupported: type.burstable,
  };
}

function ebsThroughput({ ebsBaselineMBps, ebsMaxMBps }: CatalogType): XmlObject | undefined {
  if (ebsBaselineMBps === undefined) return undefined;
  return { baselineThroughputInMBps: ebsBaselineMBps, maximumThroughputInMBps: ebsMaxMBps ?? ebsBaselineMBps };
}

function usageClasses({ spotSupported }: CatalogType): readonly string[] {
  return spotSupported ? ["on-demand", "spot"] : ["on-demand"];
}

interface Offering {
  readonly type: string;
  readonly location: string;
}

/** Where the region sells its types; the sandbox sells each in every zone. */
export const describeInstanceTypeOfferings: Action = {
  parameters: ["Filter", "LocationType", "MaxResults", "NextToken"],
  plan(parameters, { account, types }) {
    const locationType =
      parameters.oneOf("LocationType", ["region", "availability-zone", "availability-zone-id"]) ?? "region";
    const { zones } = account.content;
    const locations = {
      region: [account.region],
      "availability-zone": zones.map(({ name }) => name),
      "availability-zone-id": zones.map(({ id }) => id),
    }[locationType];
    const offerings = [...types.values()]
      .filter(isOffered)
      .flatMap(({ type }) => locations.map((location): Offering => ({ type, location })));
    const page = queryResources(offerings, offeringKind, parameters, account.tags);
    return () => ({
      instanceTypeOfferingSet: page.items.map(({ type, location }) => ({ instanceType: type, locationType, location })),
      nextToken: page.nextToken,
    });
  },
};

/** Offerings have no ids; the two words together serve the page tokens. */
const offeringKind: ResourceKind<Offering> = {
  idParameter: "",
  idOf: ({ type, location }) => `${type}/${location}`,
  notFound: () => new Ec2ApiError("InvalidInstanceType", "The instance type does not exist"),
  attributes: {
    "instance-type": ({ type }) => [type],
    location: ({ location }) => [location],
  },
};
