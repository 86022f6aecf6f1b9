import { dirname, join } from "node:path";
import type { NetworkSubnet } from "../account/ports.js";
import type { ReflowConfig } from "../config/model.js";
import { AccessError, errorText } from "../errors.js";
import { parseAuthority } from "../tls/authority.js";
import { chooseVpc } from "./choose-vpc.js";
import type {
  AuthorityFact,
  BucketFact,
  ConfigFact,
  KeyPairFact,
  NetworkFacts,
  ProfileFact,
  SetupFacts,
} from "./facts.js";
import { findGroups } from "./find-group.js";
import type { SetupWishes } from "./model.js";
import { isWholeAndOurs, profileName } from "./names.js";
import type { SetupFiles, SetupPorts, SetupTarget } from "./ports.js";

/** Finds out what is there. Changes nothing. */
export async function lookAround(
  ports: SetupPorts,
  target: SetupTarget,
  wishes: SetupWishes,
  signal: AbortSignal,
): Promise<SetupFacts> {
  const { account, files } = ports;
  const config = await lookAtConfig(ports, target.configPath);
  // Whoever has no credentials should hear of that alone.
  const identity = await account.identity(signal);
  const [authority, members, network, keyPair, profile, bucket] = await Promise.all([
    lookAtAuthority(files, config?.parsed, target.configPath),
    ports.members(identityOf(config?.parsed, target, wishes), signal),
    lookAtNetwork(ports, config?.parsed, wishes, signal),
    lookAtKeyPair(ports, config?.parsed, wishes, signal),
    lookAtProfile(ports, config?.parsed, target, wishes, signal),
    lookAtBucket(ports, wishes, signal),
  ]);
  return {
    target,
    identity,
    config,
    authority,
    members,
    network,
    keyPair,
    profile,
    bucket,
    knownTypes: ports.knownTypes,
  };
}

/** Reads the configuration; a file with nothing in it but comments is none. @throws ConfigError with all its mistakes */
export async function lookAtConfig(ports: SetupPorts, path: string): Promise<ConfigFact> {
  const look = await ports.files.look(path);
  return look === undefined || saysNothing(look.text) ? undefined : { look, parsed: ports.parseConfig(look.text) };
}

/** The text of a configuration has nothing but blank lines and comments. */
export function saysNothing(text: string): boolean {
  return text.split("\n").every((line) => /^\s*(#|$)/.test(line));
}

function identityOf(
  config: ReflowConfig | undefined,
  target: SetupTarget,
  wishes: SetupWishes,
): Parameters<SetupPorts["members"]>[0] {
  return {
    generation: config?.generation ?? wishes.generation ?? 2023,
    name: config?.cluster.name ?? target.cluster ?? "default",
    user: config?.user ?? (target.login || "unknown"),
  };
}

/** Where Reflow's setup puts the authority: beside the configuration. */
function usualAuthorityPath(configPath: string): string {
  return join(dirname(configPath), "reflow.pem");
}

async function lookAtAuthority(
  files: SetupFiles,
  config: ReflowConfig | undefined,
  configPath: string,
): Promise<AuthorityFact> {
  const source = config?.authority ?? { kind: "none" };
  if (source.kind === "sealed") return { kind: "sealed", problem: authorityProblem(source.pem, configPath) };
  const path = source.kind === "file" ? source.path : usualAuthorityPath(configPath);
  const look = await files.look(path);
  const problem = look === undefined ? undefined : authorityProblem(look.text, path);
  return { kind: "file", path, named: source.kind === "file", look, problem };
}

function authorityProblem(pem: string, source: string): string | undefined {
  try {
    parseAuthority(pem, source);
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

async function lookAtNetwork(
  { account }: SetupPorts,
  config: ReflowConfig | undefined,
  wishes: SetupWishes,
  signal: AbortSignal,
): Promise<NetworkFacts> {
  const configuredGroupId = config?.cluster.securityGroup;
  const subnetIds = wishes.subnetIds ?? config?.cluster.subnets ?? [];
  const [defaults, subnets, [configuredGroup]] = await Promise.all([
    account.vpcs("default", signal),
    subnetIds.length === 0 ? [] : account.subnets({ ids: subnetIds }, signal),
    configuredGroupId === undefined ? [] : account.securityGroups({ ids: [configuredGroupId] }, signal),
  ]);
  const further = [wishes.vpcId, configuredGroup?.vpcId, ...subnets.map(({ vpcId }) => vpcId)].filter(
    (id): id is string => id !== undefined && !defaults.some((vpc) => vpc.id === id),
  );
  const others = further.length === 0 ? [] : await account.vpcs({ ids: [...new Set(further)] }, signal);
  const vpcs = [...defaults, ...others];
  const vpc = chooseVpc({ asked: wishes.vpcId, vpcs, subnetIds, subnets, group: configuredGroup });
  const [vpcSubnets, groups] =
    vpc.kind === "none"
      ? [subnets, []]
      : await Promise.all([account.subnets({ vpcId: vpc.vpc.id }, signal), findGroups(account, vpc.vpc.id, signal)]);
  return { vpc, vpcSubnets: withNamed(vpcSubnets, subnets), configuredGroup, configuredGroupId, groups };
}

function withNamed(all: readonly NetworkSubnet[], named: readonly NetworkSubnet[]): readonly NetworkSubnet[] {
  return [...new Map([...all, ...named].map((subnet) => [subnet.id, subnet])).values()];
}

async function lookAtKeyPair(
  { account, files }: SetupPorts,
  config: ReflowConfig | undefined,
  { keyName, publicKeyPath }: SetupWishes,
  signal: AbortSignal,
): Promise<KeyPairFact | undefined> {
  const name = keyName ?? config?.cluster.keyName;
  if (name === undefined) return undefined;
  const [found] = await account.keyPairs([name], signal);
  if (publicKeyPath === undefined) return { name, found, publicKey: undefined };
  const text = (await files.look(publicKeyPath))?.text;
  return { name, found, publicKey: { path: publicKeyPath, text } };
}

async function lookAtProfile(
  { account }: SetupPorts,
  config: ReflowConfig | undefined,
  { region }: SetupTarget,
  { createProfile, instanceProfile }: SetupWishes,
  signal: AbortSignal,
): Promise<ProfileFact | undefined> {
  const create = createProfile !== undefined;
  const asked = createProfile === true ? profileName(region) : (createProfile ?? instanceProfile);
  const name = asked ?? config?.cluster.instanceProfile;
  if (name === undefined) return undefined;
  const found = await unlessDenied(account.instanceProfile(name, signal), !create);
  const looks = found !== undefined && found !== "unseen" && isWholeAndOurs(found);
  const policyOf = async (role: string) => ({ text: await account.rolePolicy(role, signal) });
  const policy = looks ? await unlessDenied(policyOf(found.name), true) : undefined;
  return { asked: name, create, found, policy };
}

async function lookAtBucket(
  { account }: SetupPorts,
  { bucket }: SetupWishes,
  signal: AbortSignal,
): Promise<BucketFact | undefined> {
  if (bucket === undefined) return undefined;
  return { name: bucket, found: await unlessDenied(account.bucket(bucket, signal), true) };
}

/** A launch needs no leave to look: whoever may not is told, and goes on. */
async function unlessDenied<T>(work: Promise<T>, tolerated: boolean): Promise<T | "unseen"> {
  try {
    return await work;
  } catch (error) {
    if (tolerated && error instanceof AccessError) return "unseen";
    throw error;
  }
}
