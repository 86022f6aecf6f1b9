import type { Listing } from "../../cluster/list.js";
import type { MemberHealth } from "../../cluster/results.js";
import { TrustError } from "../../errors.js";
import { counted } from "../../lib/counted.js";
import type { Check } from "../check.js";
import { failure, ok, warning, type Finding } from "../finding.js";

/** The members that are there answer, and none is left behind. */
export const members: Check = {
  name: "members",
  needs: ["configuration", "credentials", "endpoint", "tls"],
  consequence: "what runs and costs is not known",
  async run({ look }) {
    return judgeMembers(await look.listing());
  },
};

/** Whether a cluster's members can be used. */
export function judgeMembers({ members: all, problems }: Listing): Finding {
  const count = (wanted: MemberHealth): number => all.filter(({ health }) => health === wanted).length;
  const ids = (wanted: MemberHealth): string =>
    all.flatMap(({ id, health }) => (health === wanted ? [id] : [])).join(", ");
  const words = HEALTHS.filter((health) => count(health) > 0).map((health) => `${count(health)} ${health}`);
  const summary = all.length === 0 ? "none is there" : `${counted(all.length, "instance")}: ${words.join(", ")}`;
  if (count("untrusted") > 0) {
    const trust = problems.find((problem) => problem instanceof TrustError);
    return failure(
      8,
      `${summary}; ${trust?.message ?? ids("untrusted")}`,
      "these members are of another TLS authority: nobody with this configuration can use them",
      "use the authority that they were launched with, or end them: `reflow-ec2 terminate ID`",
    );
  }
  if (count("unreachable") > 0) {
    const said = `${summary}; ${problems[0]?.message ?? ids("unreachable")}`;
    const fix =
      "let your address in (`reflow-ec2 setup --cidr ADDRESS/32`), or set `reflow-ec2: address: private` inside of the network; `reflow-ec2 list` tells more";
    if (count("ready") > 0) return warning(said, "these members cannot be used, and cost", fix);
    return failure(7, said, "no member can be reached from here, and new ones would be given up after 15 minutes", fix);
  }
  if (count("orphan") > 0) {
    return warning(
      `${summary}; ${ids("orphan")}`,
      "orphans never became usable, and cost until the next allocate ends them",
      "`reflow-ec2 terminate --orphans`",
    );
  }
  if (count("other-version") > 0) {
    return warning(
      `${summary}; ${ids("other-version")}`,
      "members of another version of Reflow are not used, and count against no limit but the bill",
      "set `reflow: reflowversion,version=` to theirs, or end them: `reflow-ec2 terminate ID`",
    );
  }
  return ok(summary);
}

const HEALTHS: readonly MemberHealth[] = [
  "ready",
  "booting",
  "probe",
  "other-version",
  "orphan",
  "unreachable",
  "untrusted",
  "ending",
];
