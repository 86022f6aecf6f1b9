import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { eventually, openTestSandbox, type TestSandbox } from "./support.js";

interface Call {
  readonly service: string;
  readonly action?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

let box: TestSandbox;
beforeEach(async () => {
  box = await openTestSandbox();
});
afterEach(() => box.close());

/** The ids of a recording and what stands for them here. */
class Ids {
  private readonly known = new Map<string, string>();

  /** Instances and volumes get their ids from the launch, in the order in which the recording names them. */
  translate(recorded: string): string {
    if (!/^(i|vol)-[0-9a-f]{17}$/.test(recorded)) return recorded;
    const [instance] = box.sandbox.account.instances.values();
    const taken = new Set(this.known.values());
    const free = recorded.startsWith("i-")
      ? instance?.id
      : [...(instance?.volumeIds ?? [])].reverse().find((id) => !taken.has(id));
    const own = this.known.get(recorded) ?? free ?? recorded;
    this.known.set(recorded, own);
    return own;
  }
}

async function send(
  action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<{ status: number; body: string }> {
  const reply = await fetch(box.sandbox.endpoint, {
    method: "POST",
    headers: {
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIA/20261122/us-west-2/ec2/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: new URLSearchParams({ Action: action, Version: "2016-11-15", ...parameters }),
  });
  return { status: reply.status, body: await reply.text() };
}

describe("every EC2 call that a real Reflow made", () => {
  it.each(["reflow-2020-allocate", "reflow-2023-allocate", "reflow-2023-probe"])("in %s is answered", async (name) => {
    const text = await readFile(new URL(`../fixtures/ec2/${name}.json`, import.meta.url), "utf8");
    const calls = (JSON.parse(text) as Call[]).filter(({ service }) => service === "ec2");
    const ids = new Ids();
    const statuses: string[] = [];
    let last = "";
    for (const { action = "", parameters = {} } of calls) {
      const translated = Object.entries(parameters).map(([key, value]) => [key, ids.translate(value)]);
      const own = { ...(Object.fromEntries(translated) as Record<string, string>) };
      // The recording holds only the length of the user-data.
      if (own["UserData"] !== undefined) own["UserData"] = "";
      const reply = await send(action, own);
      last = reply.body;
      statuses.push(`${action} ${reply.status}`);
      if (action === "RunInstances") await eventually(() => box.machines.hosts[0]);
    }
    expect(statuses).toEqual(calls.map(({ action }) => `${action} 200`));
    const [instance] = box.sandbox.account.instances.values();
    // The last call of an allocate is the driver's query for members, which finds the instance; a probe ends it.
    expect(last).toContain(`<instanceId>${instance?.id}</instanceId>`);
    expect(instance?.volumeIds).toHaveLength(2);
    expect(box.sandbox.account.tags.of(instance?.id ?? "").get("managedby")).toBe("reflow");
  });
});
