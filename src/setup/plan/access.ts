import type { ReflowConfig } from "../../config/model.js";
import { splitProvider } from "../../config/providers.js";
import type { InstanceProfile } from "../../account/ports.js";
import { policyDifferences } from "../compare-policies.js";
import type { ProfileFact, SetupFacts } from "../facts.js";
import { instancePolicy } from "../instance-policy.js";
import type { PlanPart, SetupStep, SetupWishes } from "../model.js";
import { isWholeAndOurs, madeBySetup } from "../names.js";
import { isSameKey, keyFingerprint, publicKeyProblem } from "../public-key.js";

/** The EC2 key pair: imported where a public key is given and there is none of the name. */
export function planKeyPair({ keyPair }: SetupFacts, { keyName }: SetupWishes): PlanPart {
  if (keyPair === undefined || (keyName === undefined && keyPair.found !== undefined)) return { steps: [] };
  const { name, found, publicKey } = keyPair;
  const what = `key pair ${name}`;
  const why = "logs people in to instances";
  const problem = (key: string, message: string): PlanPart => ({
    steps: [],
    problems: [{ source: "key pair", key, message }],
  });
  if (publicKey !== undefined) {
    const { path, text } = publicKey;
    if (text === undefined) return problem("--public-key", `expected a public key in ${path}, found no such file`);
    const mistake = publicKeyProblem(text);
    if (mistake !== undefined) {
      const expected = `expected one line of OpenSSH with a public key of RSA or ED25519 in ${path}, ${mistake}`;
      return problem("--public-key", text.includes("PRIVATE KEY-----") ? `${expected}: name ${path}.pub` : expected);
    }
    if (found === undefined) {
      const act = { do: "import-key", name, publicKey: text.trim() } as const;
      return { steps: [{ kind: "key-pair", state: "to-make", what, why, details: [`from ${path}`], act }] };
    }
  }
  if (found !== undefined) {
    const step = { kind: "key-pair", state: "exists", what, why } as const;
    if (publicKey?.text === undefined) return { steps: [{ ...step, details: [] }] };
    const { path, text } = publicKey;
    if (found.publicKey === undefined) {
      const warnings = [
        `EC2 does not tell the public key of the key pair ${name}: whether it is the one in ${path} is not known`,
      ];
      return { steps: [{ ...step, details: [] }], warnings };
    }
    if (isSameKey(found.publicKey, text)) return { steps: [{ ...step, details: [`the key in ${path}`] }] };
    return problem("--public-key", otherKey(name, path, { wanted: text, found: found.publicKey }));
  }
  if (keyName === undefined) {
    const missing = { what: `the key pair ${name}, which the configuration names and EC2 does not know` };
    return { steps: [], missing: [{ ...missing, fix: `reflow-ec2 setup --key-name ${name} --public-key FILE` }] };
  }
  return problem("--key-name", `expected a key pair named ${name}, found none: import one with --public-key FILE`);
}

/** What is said of a key pair that is another key than the one that is to be imported under its name. */
export function otherKey(
  name: string,
  from: string,
  keys: { readonly wanted: string; readonly found: string },
): string {
  return (
    `expected the key pair ${name} to be the key in ${from} (${keyFingerprint(keys.wanted)}), ` +
    `found another key of that name (${keyFingerprint(keys.found)}): ` +
    "take another --key-name, or leave --public-key out to use the one that is there"
  );
}

/** The part of the instance profile, and what the configuration is to name. */
export interface ProfilePart extends PlanPart {
  /** ARN or name; undefined where the configuration stays as it is, or the profile is yet to be made. */
  readonly profile: string | undefined;
}

/** The instance profile, whose credentials instances have. */
export function planProfile(facts: SetupFacts, wishes: SetupWishes): ProfilePart {
  const { profile } = facts;
  const generation = facts.config?.parsed.generation ?? wishes.generation ?? 2023;
  const needed = wishes.generation ?? generation;
  if (profile === undefined) {
    const what = "an instance profile: instances of Reflow 2023 have their AWS credentials from nowhere else";
    const fix = "reflow-ec2 setup --create-profile, or --instance-profile NAME for one that is there";
    return { profile: undefined, steps: [], missing: needed === 2023 ? [{ what, fix }] : [] };
  }
  const { asked, found, create } = profile;
  const why = "what instances may do in AWS";
  const step = { kind: "instance-profile", what: `instance profile ${asked}`, why } as const;
  if (found === "unseen") {
    const warnings = [`you may not look at the instance profile ${asked} (iam:GetInstanceProfile): taken as it is`];
    return { profile: asked, steps: [], warnings };
  }
  if (found !== undefined && isWholeAndOurs(found)) return planPolicy(facts, wishes, { profile, found, step });
  if (found !== undefined && (found.roles.length > 0 || !create || !madeBySetup(found.tags))) {
    if (wishes.replacePolicy === true) {
      const message = `expected an instance profile that setup made with its role, found ${asked}: change what it allows yourself`;
      return { profile: undefined, steps: [], problems: [{ source: "IAM", key: "--replace-policy", message }] };
    }
    const details = create ? ["not made by setup: what it allows is not looked at"] : [];
    const warnings = found.roles.length > 0 ? [] : [`the instance profile ${asked} has no role, so no credentials`];
    return { profile: found.arn, steps: [{ ...step, state: "exists", details }], warnings };
  }
  if (!create) {
    const fix = `--create-profile ${asked.split("/").at(-1)}`;
    if (wishes.instanceProfile === undefined) {
      const what = `the instance profile ${asked}, which the configuration names and IAM does not know`;
      return { profile: undefined, steps: [], missing: [{ what, fix: `reflow-ec2 setup ${fix}` }] };
    }
    const message = `expected an instance profile ${asked}, found none: make one with ${fix}`;
    return { profile: undefined, steps: [], problems: [{ source: "IAM", key: "--instance-profile", message }] };
  }
  const policy = instancePolicy(policyInput(facts, wishes));
  const act = { do: "create-profile", name: asked, policy } as const;
  const details = ["with a role of the same name, and this policy:", ...policy.trimEnd().split("\n")];
  const bucket = facts.config?.parsed.repositoryBucket ?? wishes.bucket;
  return {
    profile: undefined,
    steps: [{ ...step, state: found === undefined ? "to-make" : "to-change", details, act }],
    warnings:
      bucket === undefined
        ? ["the policy names no bucket, as there is no repository: add --bucket NAME if instances are to use one"]
        : [],
  };
}

/** A profile that setup made: whether its policy is the one that the configuration needs. */
function planPolicy(
  facts: SetupFacts,
  wishes: SetupWishes,
  {
    profile: { policy },
    found: { name, arn },
    step,
  }: {
    readonly profile: ProfileFact;
    readonly found: InstanceProfile;
    readonly step: Pick<SetupStep, "kind" | "what" | "why">;
  },
): ProfilePart {
  const wanted = instancePolicy(policyInput(facts, wishes));
  if (wishes.replacePolicy !== true && policy === "unseen") {
    const details = ["what it allows you may not look at (iam:GetRolePolicy)"];
    return { profile: arn, steps: [{ ...step, state: "exists", details }] };
  }
  const details = policy === "unseen" ? [] : policyDifferences(policy?.text, wanted);
  if (policy !== "unseen" && details.length === 0) {
    return { profile: arn, steps: [{ ...step, state: "exists", details }] };
  }
  if (wishes.replacePolicy === true) {
    const act = { do: "replace-policy", name, policy: wanted } as const;
    const lines = ["its role gets this policy:", ...wanted.trimEnd().split("\n")];
    return { profile: arn, steps: [{ ...step, state: "to-change", details: [...details, ...lines], act }] };
  }
  const warnings = [
    `the policy of the instance profile ${name}, which setup made, is not the one that this configuration needs: ` +
      "`reflow-ec2 setup --replace-policy` replaces it, for whoever else uses it too; `--create-profile NAME` makes another profile",
  ];
  return { profile: arn, steps: [{ ...step, state: "differs", details }], warnings };
}

function policyInput(
  { config, target, identity }: SetupFacts,
  wishes: SetupWishes,
): Parameters<typeof instancePolicy>[0] {
  const parsed: ReflowConfig | undefined = config?.parsed;
  const taskdb = parsed?.entries["taskdb"];
  const helpers = parsed?.own.helpers;
  return {
    accountId: identity.accountId,
    partition: identity.arn.split(":")[1] || "aws",
    region: target.region,
    bucket: wishes.bucket ?? parsed?.repositoryBucket,
    image: wishes.image ?? parsed?.own.image,
    taskTable: typeof taskdb === "string" ? splitProvider(taskdb).flags.get("table") || undefined : undefined,
    cloudwatch: helpers?.cloudwatch.enabled ?? true,
    xray: helpers?.xray.enabled ?? true,
    ecr: parsed?.own.ecr ?? true,
  };
}

/** The repository's bucket: looked at, never made. */
export function planBucket({ bucket, target }: SetupFacts): PlanPart {
  if (bucket === undefined || bucket.found === "unseen") {
    const warnings = bucket === undefined ? [] : [`you may not look at the bucket ${bucket.name}: taken as it is`];
    return { steps: [], warnings };
  }
  if (bucket.found === undefined) {
    const message = `expected a bucket named ${bucket.name}, found none: make it with \`aws s3 mb s3://${bucket.name} --region ${target.region}\``;
    return { steps: [], problems: [{ source: "S3", key: "--bucket", message }] };
  }
  const { region } = bucket.found;
  const elsewhere = region !== undefined && region !== target.region;
  return {
    steps: [],
    warnings: elsewhere
      ? [`the bucket ${bucket.name} is in ${region}, not in ${target.region}: AWS bills what is moved between them`]
      : [],
  };
}
