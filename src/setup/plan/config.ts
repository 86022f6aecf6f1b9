import { hasSecrets } from "../../config/mask-config.js";
import type { ConfigProblem } from "../../errors.js";
import { didYouMean } from "../../lib/near-match.js";
import { configChanges } from "../config-text.js";
import type { SetupFacts } from "../facts.js";
import type { ConfigChange, ConfigWants, MissingPiece, PlanPart, SetupStep, SetupWishes } from "../model.js";
import { restrict } from "./authority.js";

/** What of the plan's other parts the configuration is to name. */
export interface Named {
  readonly groupId: string | undefined;
  readonly profile: string | undefined;
  readonly makesProfile: boolean;
  readonly subnets: readonly string[] | undefined;
}

/** The configuration file: written whole where there is none, else only the lines that must be otherwise. */
export function planConfig(facts: SetupFacts, wishes: SetupWishes, named: Named): PlanPart {
  const { config, target } = facts;
  const path = target.configPath;
  const wants = wantsOf(facts, wishes, named);
  const missing = missingIn(facts, wishes);
  const problems = typeProblems(facts, wishes);
  const base = { kind: "config", what: `configuration ${path}`, why: "reflow-ec2 and Reflow read it" } as const;
  const act = { do: "write-config", wants } as const;
  if (config === undefined) {
    const { generation, region } = wants;
    const details = [
      `Reflow of ${generation}, region ${region}, ${generation === 2020 ? "gp2 volumes of 250 GiB" : "gp3 volumes of 300 GiB"}`,
      typesText(facts, wishes),
      "the newest stable Flatcar image, looked up at each launch",
    ];
    return { steps: [{ ...base, state: "to-make", details, act }], missing, problems };
  }
  const changes = configChanges(config.parsed, withPlaceholders(wants, named));
  const warnings = regionWarning(facts, wants);
  if (changes.length === 0) {
    const steps: SetupStep[] = [{ ...base, state: "exists", details: [] }];
    const secret = config.look.openToOthers && hasSecrets(config.parsed.entries);
    return { steps: secret ? [...steps, restrict(path)] : steps, missing, problems, warnings };
  }
  const details = [
    "comments and order stay, a copy of the file as it is now is kept",
    ...(config.look.openToOthers ? ["its mode becomes 0600: others, who may read it now, may not any more"] : []),
    ...changes.map(changeText),
  ];
  return { steps: [{ ...base, state: "to-change", details, act }], missing, problems, warnings };
}

function wantsOf({ config, authority, target }: SetupFacts, wishes: SetupWishes, named: Named): ConfigWants {
  const names = authority.kind === "file" && !authority.named;
  return {
    generation: wishes.generation ?? config?.parsed.generation ?? 2023,
    cluster: config === undefined ? target.cluster : undefined,
    region: target.region,
    authorityPath: names ? authority.path : undefined,
    securityGroup: named.groupId,
    instanceProfile: wishes.instanceProfile ?? (wishes.createProfile === undefined ? undefined : named.profile),
    keyName: wishes.keyName,
    subnets: named.subnets,
    instanceTypes: wishes.instanceTypes,
    bucket: wishes.bucket,
    image: wishes.image,
    reflowVersion: wishes.reflowVersion,
    spot: wishes.spot,
  };
}

/** What is made while the plan is carried out has no id yet. */
function withPlaceholders(wants: ConfigWants, { groupId, makesProfile }: Named): ConfigWants {
  return {
    ...wants,
    securityGroup: groupId ?? "the new group's id",
    ...(makesProfile && { instanceProfile: "the new profile's ARN" }),
  };
}

function changeText({ path, value }: ConfigChange): string {
  const key = path.join(".");
  if (value === undefined) return `${key}: taken away`;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `${key}: ${text.length > 100 ? `${text.slice(0, 97)}...` : text}`;
}

function typesText({ knownTypes }: SetupFacts, { instanceTypes }: SetupWishes): string {
  return instanceTypes === undefined
    ? `all recommended ones of ${knownTypes.size} known instance types (--types restricts them)`
    : `instance types ${instanceTypes.join(", ")}`;
}

function typeProblems({ knownTypes }: SetupFacts, { instanceTypes = [] }: SetupWishes): readonly ConfigProblem[] {
  return instanceTypes
    .filter((type) => !knownTypes.has(type))
    .map((type) => ({
      source: "catalogue",
      key: "--types",
      message: `expected an instance type that EC2 sells, found ${type}${didYouMean(type, knownTypes)}`,
    }));
}

/** What `allocate` will ask for, and nobody has said. The instance profile is looked at by itself. */
function missingIn({ config }: SetupFacts, wishes: SetupWishes): readonly MissingPiece[] {
  const parsed = config?.parsed;
  const pieces: MissingPiece[] = [];
  if ((wishes.reflowVersion ?? parsed?.version) === undefined) {
    pieces.push({
      what: "the version of your Reflow: only instances of that version are members",
      fix: "reflow-ec2 setup --reflow-version VERSION, which is what `reflow version` prints",
    });
  }
  if ((wishes.image ?? parsed?.own.image ?? parsed?.own.binary) === undefined) {
    pieces.push({
      what: "the reflowlet binary that instances install",
      fix: "reflow-ec2 setup --image s3://BUCKET/KEY, or `binary: PATH` under `reflow-ec2:`",
    });
  }
  return pieces;
}

function regionWarning({ config, target }: SetupFacts, { region }: ConfigWants): readonly string[] {
  const parsed = config?.parsed;
  if (parsed === undefined || parsed.generation === 2020) return [];
  const own = parsed.entries["reflow-ec2"];
  const stated = typeof own === "object" && own !== null && "generation" in own;
  const cluster = parsed.entries["ec2cluster"];
  const there = typeof cluster === "object" && cluster !== null && "region" in cluster;
  if (stated || there || parsed.sealedRegion !== undefined) return [];
  return [
    `${target.configPath} does not name the region, as Reflow of 2023 takes it from the session: other commands need ` +
      `--region ${region}, AWS_REGION, or the region of an AWS profile`,
  ];
}
