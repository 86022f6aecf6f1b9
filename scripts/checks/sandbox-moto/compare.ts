import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EC2Client, EC2ServiceException } from "@aws-sdk/client-ec2";
import { systemClock } from "../../../src/lib/clock.js";
import { startSandbox } from "../../../src/sandbox/sandbox.js";
import { defaultTimings } from "../../../src/sandbox/timings.js";
import { accountRequests } from "./account-requests.js";
import { differences } from "./differences.js";
import { noIds, requests, type Ids, type Request } from "./requests.js";

const REGION = "us-west-2";

/** What came of a request: a refusal's code and status, or the members of the answer. */
type Outcome = { readonly refusal: string } | { readonly members: ReadonlySet<string> };

function clientOf(endpoint: string): EC2Client {
  const credentials = { accessKeyId: "AKIATEST", secretAccessKey: "secret" };
  return new EC2Client({ endpoint, region: REGION, credentials, maxAttempts: 1 });
}

async function outcomeOf(request: Request, ec2: EC2Client, ids: Ids): Promise<Outcome> {
  try {
    const { $metadata: _, ...answer } = (await request.send(ec2, ids)) as { $metadata: unknown };
    const members = new Set<string>();
    collectMembers(answer, "", members);
    return { members };
  } catch (error) {
    if (!(error instanceof EC2ServiceException)) throw error;
    return { refusal: `${error.name} (${error.$metadata.httpStatusCode})` };
  }
}

/** Paths such as `Reservations[].Instances[].InstanceId`, of everything that has a value. */
function collectMembers(value: unknown, path: string, members: Set<string>): void {
  if (value === undefined) return;
  if (Array.isArray(value)) {
    members.add(`${path}[]`);
    for (const item of value) collectMembers(item, `${path}[]`, members);
  } else if (typeof value === "object" && value !== null && !(value instanceof Date)) {
    for (const [name, member] of Object.entries(value)) {
      collectMembers(member, path === "" ? name : `${path}.${name}`, members);
    }
  } else {
    members.add(path);
  }
}

function compare(ours: Outcome, motos: Outcome): string[] {
  if ("refusal" in ours || "refusal" in motos) {
    const text = (outcome: Outcome): string => ("refusal" in outcome ? outcome.refusal : "an answer");
    return text(ours) === text(motos) ? [] : [`sandbox: ${text(ours)}, moto: ${text(motos)}`];
  }
  // What only the sandbox tells is no invention: the SDK drops every member that EC2's own model does not have.
  return [...motos.members].filter((member) => !ours.members.has(member)).map((member) => `only moto: ${member}`);
}

async function untilServing(endpoint: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    try {
      await fetch(endpoint);
      return;
    } catch {
      await systemClock.sleep(100);
    }
  }
  throw new Error(`moto does not serve at ${endpoint}`);
}

async function main(motoEndpoint: string): Promise<number> {
  await untilServing(motoEndpoint);
  const directory = await mkdtemp(join(tmpdir(), "reflow-ec2-compare-"));
  const sandbox = await startSandbox({
    clock: systemClock,
    region: REGION,
    stateDirectory: directory,
    randomBytes,
    timings: { ...defaultTimings, pendingMs: 0 },
    bootMachine: () => ({ destroy: () => Promise.resolve() }),
  });
  const ours = { ec2: clientOf(sandbox.endpoint), ids: noIds() };
  const motos = { ec2: clientOf(motoEndpoint), ids: noIds() };
  const used = new Set<unknown>();
  const all = [...requests, ...accountRequests()];
  let unexpected = 0;
  try {
    for (const request of all) {
      const lines = compare(
        await outcomeOf(request, ours.ec2, ours.ids),
        await outcomeOf(request, motos.ec2, motos.ids),
      );
      for (const line of lines) {
        const known = differences.find((one) => one.request.test(request.name) && one.line.test(line));
        used.add(known);
        if (known !== undefined) continue;
        unexpected += 1;
        console.log(`${request.name}: ${line}`);
      }
    }
  } finally {
    await sandbox.stop();
    await rm(directory, { recursive: true, force: true });
  }
  for (const { request, line } of differences.filter((one) => !used.has(one))) {
    unexpected += 1;
    console.log(`no difference any more: ${request} ${line}`);
  }
  console.log(`${all.length} requests compared, ${differences.length} known differences, ${unexpected} others`);
  return unexpected === 0 ? 0 : 1;
}

void main(process.argv[2] ?? "").then((status) => process.exit(status));
