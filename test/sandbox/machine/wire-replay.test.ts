import { afterEach, describe, expect, it } from "@jest/globals";
import { appendFile } from "../../../src/cloudconfig/cloud-config.js";
import { comparable, IdMap, recorded, type Recorded } from "./recordings.js";
import { reflowConfig, reflowStyleUserData } from "./sample-user-data.js";
import { TestMachine } from "./test-machine.js";

const GENERATIONS = [2020, 2023] as const;
type Generation = (typeof GENERATIONS)[number];

const STORED = {
  "reflow-cache/objects/text": "a text, not a program\n",
  "reflow-cache/objects/true": "#!reflow-ec2-sandbox true\n",
  "reflow-cache/objects/reflowlet": "#!reflow-ec2-sandbox reflowlet\n",
};

/** The disk of the machine that was recorded. */
const RECORDED_DISK = 270_553_174_016;

let machine: TestMachine | undefined;

afterEach(async () => {
  await machine?.end();
  machine = undefined;
});

/** A machine whose bootstrap answers; its configuration is the one of the recording, with what is sealed added. */
async function bootstrapOf(generation: Generation): Promise<TestMachine> {
  const shown = recorded(`reflowlet-${generation}`)[0]?.response.body ?? "";
  const sealed = reflowConfig(generation).split("reflow: ")[0] ?? "";
  const content = (JSON.parse(shown) as string) + sealed;
  const file = { path: "/etc/reflowconfig", permissions: "0600", content };
  // The reflowlet of the recording had its credentials from elsewhere.
  const sealedCredentials = content.replace(
    "instances:\n",
    "instances:\n  awssession: {credentials: {accesskeyid: A, secretaccesskey: B}}\n",
  );
  const complete = generation === 2020 ? file : { ...file, content: sealedCredentials };
  machine = await TestMachine.boot({
    cloudConfig: appendFile(reflowStyleUserData(generation), complete),
    stored: STORED,
  });
  await machine.untilConsole("bootstrap server running");
  return machine;
}

async function reflowletOf(generation: Generation): Promise<TestMachine> {
  const test = await bootstrapOf(generation);
  const image = {
    path: "s3://reflow-cache/objects/reflowlet",
    name: "reflowlet",
    args: ["-config", "/etc/reflowconfig", "serve", "-ec2cluster"],
  };
  test.request("POST", "/v1/execimage", JSON.stringify(image)).catch(() => undefined);
  await test.untilConsole("started (version");
  return test;
}

/** Sends what was recorded and compares each reply, ids, times and sizes aside. */
async function replay(
  test: TestMachine,
  exchanges: readonly Recorded[],
  totalDisk: number,
  before: (exchange: Recorded) => Promise<void> = async () => undefined,
): Promise<void> {
  const ids = new IdMap();
  for (const exchange of exchanges) {
    await before(exchange);
    const { method, path, body } = exchange.request;
    const reply = await test.request(method, ids.path(path), body);
    const { status = 0, headers = {}, body: recordedBody = "" } = exchange.response;
    if (method === "POST") ids.learn(recordedBody, reply.body);
    const theirs = { status, contentType: headers["content-type"] ?? "", body: recordedBody };
    const name = `${exchange.note ?? ""} ${method} ${path}`;
    expect({ name, ...comparable({ ...reply, body: ids.body(reply.body) }, totalDisk) }).toEqual({
      name,
      ...comparable(theirs, RECORDED_DISK),
    });
  }
}

async function totalDisk(test: TestMachine): Promise<number> {
  const offers = await test.request("GET", "/v1/offers");
  return (JSON.parse(offers.body) as [{ Available: { disk: number } }])[0].Available.disk;
}

describe.each(GENERATIONS)("a machine of %s", (generation) => {
  it("answers every recorded request to a bootstrap as the real one did", async () => {
    const test = await bootstrapOf(generation);
    const exchanges = recorded(`bootstrap-${generation}`);
    const answered = exchanges.filter(({ response }) => response.status !== undefined);
    expect(answered).toHaveLength(14);
    await replay(test, answered, RECORDED_DISK);
    const [install, afterwards] = exchanges.slice(answered.length);
    const outcome = test.request("POST", "/v1/execimage", install?.request.body).catch((error: unknown) => error);
    await test.untilConsole("status=1/FAILURE (/opt/bin/bootstrap)");
    expect(await outcome).toMatchObject({ failure: "reset" });
    await expect(test.request("GET", afterwards?.request.path ?? "")).rejects.toMatchObject({ failure: "refused" });
  });

  it("answers every recorded request to a reflowlet as the real one did", async () => {
    const test = await reflowletOf(generation);
    await replay(test, recorded(`reflowlet-${generation}`), await totalDisk(test));
  });

  it("keeps leases through expiry, revival and collection as the real one did", async () => {
    const test = await reflowletOf(generation);
    await replay(test, recorded(`lease-${generation}`), await totalDisk(test), async ({ note = "" }) => {
      if (/expir(y|ed)/.test(note) && !note.startsWith("inspect")) await test.clock.advance(2_500);
    });
  });
});
