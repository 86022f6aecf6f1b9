import { counted } from "../../lib/counted.js";
import type { InstanceProfile, KeyPair, SecurityGroup } from "../../account/ports.js";
import type { Instance } from "../../cluster/ports.js";
import type { ConfigFact } from "../facts.js";
import type { SetupPlan, SetupStep } from "../model.js";
import { CONFIG_HEADER, madeBySetup } from "../names.js";
import type { SetupTarget } from "../ports.js";
import { regionProblems } from "./region.js";

/** What undoing finds. */
export interface UndoFacts {
  readonly target: SetupTarget;
  readonly identity: { readonly accountId: string; readonly arn: string };
  readonly config: ConfigFact;
  readonly members: readonly Instance[];
  /** The configured group, or the one that setup would use; undefined where there is none. */
  readonly group: SecurityGroup | undefined;
  /** The profile that was looked for: name or ARN. */
  readonly profileAsked: string;
  readonly profile: InstanceProfile | undefined;
  /** Instances that have it, of whatever cluster. */
  readonly profileUsers: readonly string[];
  /** The key pair that was looked for. */
  readonly keyName: string | undefined;
  readonly keyPair: KeyPair | undefined;
  /** The authority's file, where it is there and the configuration names it. */
  readonly authorityPath: string | undefined;
}

/** How to take away what setup made and nobody uses. The group goes first: whether EC2 lets it go tells who uses it. */
export function planUndo(facts: UndoFacts): SetupPlan {
  const { target, identity, config, members, group } = facts;
  const path = target.configPath;
  const problems =
    members.length === 0
      ? []
      : [
          {
            source: target.region,
            key: "",
            message: `expected no members of the cluster, found ${counted(members.length, "instance")} (${members
              .slice(0, 3)
              .map(({ id }) => id)
              .join(", ")}${members.length > 3 ? ", ..." : ""}): end them first with \`reflow-ec2 terminate --all\``,
          },
        ];
  return {
    kind: "undo",
    accountId: identity.accountId,
    callerArn: identity.arn,
    region: target.region,
    configPath: path,
    vpcId: group?.vpcId,
    securityGroupId: group?.id,
    steps: [...groupSteps(group), ...accessSteps(facts), ...configSteps(path, config, facts)],
    problems: [...regionProblems(config, target), ...problems],
    warnings: [],
    missing: [],
  };
}

const NOT_OURS = "setup did not make it";

function groupSteps(group: SecurityGroup | undefined): readonly SetupStep[] {
  if (group === undefined) return [];
  const step = { kind: "security-group", what: `security group ${group.name} (${group.id})`, details: [] } as const;
  if (!madeBySetup(group.tags)) return [{ ...step, state: "kept", why: `${NOT_OURS}, its rules stay too` }];
  const act = { do: "delete-group", groupId: group.id } as const;
  return [{ ...step, state: "to-remove", why: "setup made it; EC2 keeps it if anything uses it", act }];
}

function accessSteps({ profile, profileUsers, keyPair }: UndoFacts): readonly SetupStep[] {
  const steps: SetupStep[] = [];
  if (profile !== undefined) {
    const step = { kind: "instance-profile", what: `instance profile ${profile.name}`, details: [] } as const;
    const act = { do: "delete-profile", name: profile.name, arn: profile.arn } as const;
    const why = whyProfileStays(profile, profileUsers);
    steps.push(
      why === undefined
        ? { ...step, state: "to-remove", why: "setup made it, with its role", act }
        : { ...step, state: "kept", why },
    );
  }
  if (keyPair !== undefined) {
    const step = { kind: "key-pair", what: `key pair ${keyPair.name}`, details: [] } as const;
    const act = { do: "delete-key", name: keyPair.name } as const;
    steps.push(
      madeBySetup(keyPair.tags)
        ? { ...step, state: "to-remove", why: "setup imported it", act }
        : { ...step, state: "kept", why: NOT_OURS },
    );
  }
  return steps;
}

/** Why an instance profile is not taken away; undefined where it is. */
function whyProfileStays({ name, roles, tags }: InstanceProfile, users: readonly string[]): string | undefined {
  if (!madeBySetup(tags)) return NOT_OURS;
  const others = roles.filter((role) => role !== name);
  if (others.length > 0) return `somebody has put the role ${others.join(", ")} into it`;
  if (users.length === 0) return undefined;
  const more = users.length > 3 ? ", ..." : "";
  return `${counted(users.length, "instance")} would lose access to AWS without it (${users.slice(0, 3).join(", ")}${more})`;
}

/** A file that setup wrote whole is moved away, not deleted; of others only the lines that name what is gone are taken. */
function configSteps(path: string, config: ConfigFact, facts: UndoFacts): readonly SetupStep[] {
  if (config === undefined) return [];
  const step = { kind: "config", what: `configuration ${path}` } as const;
  if (!config.look.text.replace(/^\uFEFF/, "").startsWith(CONFIG_HEADER)) {
    const paths = forgotten(config, facts);
    if (paths.length === 0) return [{ ...step, state: "kept", why: NOT_OURS, details: [] }];
    const act = { do: "forget-in-config", paths } as const;
    const details = paths.map((each) => `${each.join(".")}: taken away`);
    return [{ ...step, state: "to-change", why: "it names what is gone then; a copy is kept", details, act }];
  }
  const moved = (what: string, moved: string, why: string): SetupStep => ({
    kind: moved === path ? "config" : "authority",
    state: "to-remove",
    what,
    why,
    details: [`moved to ${moved}.bak-TIME`],
    act: { do: "move-away", path: moved },
  });
  const { authorityPath } = facts;
  return [
    // The authority first: the configuration is what finds it.
    ...(authorityPath === undefined
      ? []
      : [moved(`TLS authority ${authorityPath}`, authorityPath, "no member is left that has its certificate from it")]),
    moved(step.what, path, "setup wrote it"),
  ];
}

function forgotten(config: NonNullable<ConfigFact>, facts: UndoFacts): readonly (readonly string[])[] {
  const { securityGroup, instanceProfile, keyName } = config.parsed.cluster;
  const { group, profile, profileAsked, profileUsers, keyPair } = facts;
  const stays = <T extends { readonly tags: SecurityGroup["tags"] }>(found: T | undefined): boolean =>
    found !== undefined && !madeBySetup(found.tags);
  const profileStays = profile !== undefined && whyProfileStays(profile, profileUsers) !== undefined;
  return [
    ...(securityGroup === undefined || stays(group) ? [] : [["ec2cluster", "securitygroup"]]),
    ...(instanceProfile === undefined || instanceProfile !== profileAsked || profileStays
      ? []
      : [["ec2cluster", "instanceprofile"]]),
    ...(keyName === undefined || keyName !== facts.keyName || stays(keyPair) ? [] : [["ec2cluster", "keyname"]]),
  ];
}
