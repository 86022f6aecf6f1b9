import { allowedTypes } from "../../catalog/allowed-types.js";
import type { CatalogType } from "../../catalog/model.js";
import type { Quota } from "../../account/ports.js";
import { familyGroup, quotaName } from "../../cluster/refusals/family-group.js";
import type { Market } from "../../cluster/ports.js";
import { counted } from "../../lib/counted.js";
import type { Check } from "../check.js";
import { failure, ok, skipped, warning, type Finding } from "../finding.js";

/** What the comparison of quotas with limits needs of the configuration. */
export interface QuotaNeed {
  readonly markets: readonly Market[];
  /** The types that may be launched. */
  readonly types: readonly Pick<CatalogType, "type" | "vcpu">[];
  readonly maxInstances: number;
}

/**
 * The vCPUs that the account may have are enough for what the configuration allows. EC2 counts them by market and group of
 * families, so a launch is possible where any allowed group has room for its smallest type, and `maxinstances` can be
 * reached where all groups together have room for so many of their smallest ones.
 */
export const quota: Check = {
  name: "quota",
  needs: ["configuration", "credentials", "endpoint"],
  consequence: "launches may be refused for the account's quota",
  async run({ config, place }, signal) {
    const { account, core } = await place();
    const { allowed } = allowedTypes(core.catalog, core.settings.instanceTypes);
    const types = [...allowed].flatMap((name) => {
      const type = core.catalog.types.get(name);
      const runs = type?.architectures.some((one) => core.settings.architectures.some((wanted) => wanted === one));
      return type !== undefined && runs === true ? [type] : [];
    });
    const markets: readonly Market[] = config.cluster.spot
      ? ["spot", ...(config.own.spotFallback ? (["on-demand"] as const) : [])]
      : ["on-demand"];
    return judgeQuotas(await account.quotas(signal), { markets, types, maxInstances: config.own.maxInstances });
  },
};

interface Group {
  readonly name: string;
  readonly vcpus: number;
  readonly smallest: Pick<CatalogType, "type" | "vcpu">;
}

/** Compares the account's quotas with what a configuration allows. */
export function judgeQuotas(quotas: readonly Quota[], { markets, types, maxInstances }: QuotaNeed): Finding {
  const groups = markets.flatMap((market) => groupsOf(types, market, quotas));
  if (groups.length === 0) return skipped("none of the account's quotas is about the types that are allowed");
  const usable = groups.filter(({ vcpus, smallest }) => vcpus >= smallest.vcpu);
  const [first] = groups;
  if (usable.length === 0 && first !== undefined) {
    const { type, vcpu } = first.smallest;
    return failure(
      5,
      `${quotasText(groups)}; the smallest type of it, ${type}, has ${counted(vcpu, "vCPU")}`,
      "every launch is refused: allocate ends with exit code 5",
      `ask AWS for more (Service Quotas, Amazon EC2), e.g. ${maxInstances * vcpu} vCPUs for all of maxinstances (${maxInstances})`,
    );
  }
  const most = usable.reduce((sum, { vcpus, smallest }) => sum + Math.floor(vcpus / smallest.vcpu), 0);
  if (most < maxInstances) {
    return warning(
      `${quotasText(usable)}: room for ${most} of the smallest instances`,
      `the limit of the configuration, maxinstances (${maxInstances}), cannot be reached, and larger types reach the quota sooner`,
      "ask AWS for more (Service Quotas, Amazon EC2), or lower `reflow-ec2: maxinstances`",
    );
  }
  return ok(`room for ${most} of the smallest instances`);
}

/** The first quota, and how many others there are. */
function quotasText([first, ...others]: readonly Group[]): string {
  if (first === undefined) return "";
  const rest = others.length === 0 ? "" : ` (and ${counted(others.length, "quota")} of other types)`;
  return `${counted(first.vcpus, "vCPU")} of "${first.name}"${rest}`;
}

/** The groups of families in a market with their quotas, those of many types first; those that AWS lists no quota for are left out. */
function groupsOf(types: QuotaNeed["types"], market: Market, quotas: readonly Quota[]): readonly Group[] {
  const byGroup = new Map<string, QuotaNeed["types"]>();
  for (const type of types) {
    const group = familyGroup(type.type);
    byGroup.set(group, [...(byGroup.get(group) ?? []), type]);
  }
  return [...byGroup.values()]
    .sort((a, b) => b.length - a.length)
    .flatMap((all) => {
      const smallest = all.reduce((least, type) => (type.vcpu < least.vcpu ? type : least));
      // Service Quotas has the code apart from the name.
      const [name = ""] = quotaName(smallest.type, market).split(" (L-");
      const found = quotas.find((each) => each.name === name);
      return found === undefined ? [] : [{ name, vcpus: found.value, smallest }];
    });
}
