import type { SecurityGroup } from "../account/ports.js";
import { ConfigError, EndpointError } from "../errors.js";
import { backUpPath, writeConfig } from "./apply-config.js";
import { chooseGroup, findGroups } from "./find-group.js";
import type { SetupEvent, SetupPlan, SetupResult, SetupStep, StepAct, StepResult } from "./model.js";
import { GROUP_NAME, MADE_TAGS, NEW_GROUP_TAGS } from "./names.js";
import { otherKey } from "./plan/access.js";
import type { SetupPorts } from "./ports.js";
import { isSameKey } from "./public-key.js";
import { ruleOf } from "./rules.js";

/** EC2 may not know for some seconds what it has just made. */
const VISIBLE_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 2_000;

/** What the steps of one run know of each other. */
interface Run {
  readonly ports: SetupPorts;
  readonly plan: SetupPlan;
  readonly signal: AbortSignal;
  groupId: string | undefined;
  /** ARN of a profile that this run made. */
  profileArn: string | undefined;
  backupPath: string | undefined;
  /** EC2 did not let the group go: somebody uses it, and what goes with it. */
  groupInUse: boolean;
}

/**
 * Carries a plan out, step by step. Each step looks again first and is harmless where it has been done, so that it may be
 * interrupted anywhere, repeated, and done by two at once.
 * @throws ConfigError with all problems of the plan, before anything is done
 */
export async function applySetup(
  ports: SetupPorts,
  plan: SetupPlan,
  onEvent: (event: SetupEvent) => void,
  signal: AbortSignal,
): Promise<SetupResult> {
  refuseProblems(plan);
  const run: Run = {
    ports,
    plan,
    signal,
    groupId: plan.securityGroupId,
    profileArn: undefined,
    backupPath: undefined,
    groupInUse: false,
  };
  const steps: StepResult[] = [];
  for (const step of plan.steps) {
    signal.throwIfAborted();
    const { act } = step;
    if (act === undefined) {
      steps.push({ kind: step.kind, what: step.what, outcome: step.state === "exists" ? "was-there" : "left" });
      continue;
    }
    onEvent({ kind: "doing", text: step.what });
    const { outcome, id } = await carryOut(run, act);
    onEvent({ kind: "done", text: doneText(step, outcome, id) });
    steps.push({ kind: step.kind, what: step.what, outcome, id });
  }
  const { accountId, region, configPath, warnings, missing, kind } = plan;
  return {
    kind,
    accountId,
    region,
    configPath,
    backupPath: run.backupPath,
    securityGroupId: run.groupId,
    steps,
    warnings,
    missing,
  };
}

/** @throws ConfigError with all problems of a plan */
export function refuseProblems({ kind, problems }: SetupPlan): void {
  if (problems.length === 0) return;
  throw new ConfigError(`setup cannot ${kind === "make" ? "go on" : "be undone"}; nothing was changed`, problems, {
    hint: `Mend what is named and run \`reflow-ec2 setup${kind === "make" ? "" : " --undo"}\` again; \`--dry-run\` shows the plan.`,
  });
}

interface Done {
  readonly outcome: StepResult["outcome"];
  readonly id?: string | undefined;
}

async function carryOut(run: Run, act: StepAct): Promise<Done> {
  const { ports, plan, signal } = run;
  const { account, files } = ports;
  switch (act.do) {
    case "make-authority":
      return { outcome: await files.makeAuthority(act.path), id: act.path };
    case "restrict-file":
      await files.restrict(act.path);
      return { outcome: "changed", id: act.path };
    case "import-key":
      return importKey(run, act);
    case "create-profile": {
      const profile = await account.createInstanceProfile({ ...act, tags: MADE_TAGS }, signal);
      run.profileArn = profile.arn;
      return { outcome: "made", id: profile.arn };
    }
    case "replace-policy":
      await account.replaceRolePolicy(act.name, act.policy, signal);
      return { outcome: "changed" };
    case "create-group":
      return createGroup(run, act.vpcId);
    case "add-rule": {
      const groupId = groupOf(run);
      return { outcome: await account.authorizeIngress(groupId, ruleOf(act.rule, groupId), signal) };
    }
    case "revoke-rule":
      await account.revokeIngress(groupOf(run), act.rule, signal);
      return { outcome: "removed" };
    case "write-config": {
      const wants = {
        ...act.wants,
        securityGroup: groupOf(run),
        instanceProfile: run.profileArn ?? act.wants.instanceProfile,
      };
      const written = await writeConfig(ports, plan.configPath, wants, signal);
      run.backupPath = written.backupPath ?? run.backupPath;
      return { outcome: written.outcome, id: plan.configPath };
    }
    case "delete-group": {
      run.groupInUse = (await account.deleteSecurityGroup(act.groupId, signal)) === "in-use";
      return { outcome: run.groupInUse ? "left" : "removed", id: act.groupId };
    }
    case "delete-profile":
      if (run.groupInUse || (await account.instancesWithProfile(act.arn, signal)).length > 0) {
        return { outcome: "left" };
      }
      await account.deleteInstanceProfile({ name: act.name, tags: MADE_TAGS }, signal);
      return { outcome: "removed" };
    case "delete-key":
      if (run.groupInUse) return { outcome: "left" };
      await account.deleteKeyPair(act.name, signal);
      return { outcome: "removed" };
    case "forget-in-config": {
      if (run.groupInUse) return { outcome: "left" };
      const changes = act.paths.map((path) => ({ path, value: undefined }));
      const written = await writeConfig(ports, plan.configPath, changes, signal);
      run.backupPath = written.backupPath ?? run.backupPath;
      return { outcome: written.outcome };
    }
    case "move-away": {
      if (run.groupInUse) return { outcome: "left" };
      const to = backUpPath(act.path, ports.clock.nowMs());
      if (act.path === plan.configPath) run.backupPath = to;
      await files.whileChanging(act.path, signal, () => files.move(act.path, to));
      return { outcome: "removed", id: to };
    }
  }
}

function groupOf({ groupId }: Run): string {
  // The plan has the step that makes the group before every step that uses it.
  if (groupId === undefined) throw new Error("no security group was made");
  return groupId;
}

/** @throws ConfigError where somebody has given another key the name by now */
async function importKey(
  { ports: { account }, signal }: Run,
  { name, publicKey }: { readonly name: string; readonly publicKey: string },
): Promise<Done> {
  const outcome = await account.importKeyPair({ name, publicKey, tags: MADE_TAGS }, signal);
  const [found] = outcome === "made" ? [] : await account.keyPairs([name], signal);
  if (found?.publicKey !== undefined && !isSameKey(found.publicKey, publicKey)) {
    const message = otherKey(name, "the file", { wanted: publicKey, found: found.publicKey });
    throw new ConfigError("setup cannot go on", [{ source: "key pair", key: "--public-key", message }], {
      hint: "What is made already is kept: run `reflow-ec2 setup` again with what is named.",
    });
  }
  return { outcome, id: name };
}

/** Makes the group, unless another setup has by now. */
async function createGroup(run: Run, vpcId: string): Promise<Done> {
  const { account } = run.ports;
  const present = await findGroup(run, vpcId);
  if (present !== undefined) {
    run.groupId = present.id;
    return { outcome: "was-there", id: present.id };
  }
  const group = { name: GROUP_NAME, description: "Reflow instances", vpcId, tags: NEW_GROUP_TAGS };
  const id = await account.createSecurityGroup(group, run.signal);
  run.groupId = id ?? (await findGroupOfOther(run, vpcId)).id;
  return { outcome: id === undefined ? "was-there" : "made", id: run.groupId };
}

async function findGroup({ ports, signal }: Run, vpcId: string): Promise<SecurityGroup | undefined> {
  const found = chooseGroup(await findGroups(ports.account, vpcId, signal));
  return found === "several" ? undefined : found;
}

/** The group of the name that somebody else has just made: EC2 knows the name before it shows the group. */
async function findGroupOfOther(run: Run, vpcId: string): Promise<SecurityGroup> {
  const { clock } = run.ports;
  const endMs = clock.monotonicMs() + VISIBLE_WITHIN_MS;
  for (;;) {
    const found = await findGroup(run, vpcId);
    if (found !== undefined) return found;
    if (clock.monotonicMs() >= endMs) {
      throw new EndpointError(`EC2 has a group named ${GROUP_NAME} in ${vpcId}, and does not show it`, {
        hint: "Run `reflow-ec2 setup` again in a minute.",
      });
    }
    await clock.sleep(LOOK_AGAIN_MS, run.signal);
  }
}

const OUTCOME_WORDS: Readonly<Record<StepResult["outcome"], string>> = {
  "was-there": "was there by now",
  made: "made",
  changed: "changed",
  removed: "removed",
  left: "left: it is in use",
};

function doneText({ what }: SetupStep, outcome: StepResult["outcome"], id: string | undefined): string {
  const name = id === undefined || what.includes(id) ? what : `${what} (${id})`;
  return `${OUTCOME_WORDS[outcome]}: ${name}`;
}
