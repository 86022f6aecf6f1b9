import { describe, expect, it } from "@jest/globals";
import { UsageError } from "../../src/errors.js";
import { MalformedReplyError } from "../../src/pool/malformed-reply.js";
import { ReflowletClient } from "../../src/pool/reflowlet-client.js";
import type { Resources } from "../../src/pool/resources.js";
import { decodeReply } from "../../src/pool/reply.js";
import { TransportError } from "../../src/pool/transport.js";
import { listOf } from "../../src/pool/wire-json.js";
import { allocDecoder, offerDecoder } from "../../src/pool/wire-types.js";
import {
  AnsweringTransport,
  meaningOf,
  recordedExchanges,
  recordedReply,
  RecordedTransport,
  type Exchange,
} from "./recorded-transport.js";

const NOBODY = { want: { cpu: 1 }, owner: "<unknown>", labels: {} };
const ADDRESS = { host: "10.0.0.7", port: 9000 };
const AT = "10.0.0.7:9000: ";

interface SentMeta {
  readonly Want: Resources;
  readonly Owner: string;
  readonly Labels: Readonly<Record<string, string>> | null;
}

/** Asks as the client does; what no client of ours sends is decoded as the answer to the nearest thing that one does. */
async function replay(exchange: Exchange): Promise<unknown> {
  const client = new ReflowletClient(new RecordedTransport(exchange), ADDRESS);
  const { method, path, body = "" } = exchange.request;
  const [, collection, id = "", verb, rest] = /^\/v1\/(\w+)(?:\/(\w+))?(?:\/(\w+))?(\/.*)?$/.exec(path) ?? [];
  const call = rest === undefined ? `${method} ${collection} ${id && "ID"} ${verb ?? ""}`.trim() : "";
  if (call === "GET config") return client.config();
  if (call === "GET offers") return client.offers();
  if (call === "GET offers ID") return client.offer(id);
  if (call === "GET allocs") return client.allocs();
  if (call === "GET allocs ID") return client.inspect(id);
  if (call === "GET allocs ID execs") return client.execs(id);
  if (call === "DELETE allocs ID") return client.free(id);
  const sent = /^\{.*\}$/.test(body) ? (JSON.parse(body) as Record<string, unknown>) : {};
  if (call === "POST allocs ID keepalive" && typeof sent.Interval === "number") {
    return client.keepalive(id, sent.Interval / 1e6);
  }
  const { Want: want, Owner: owner, Labels: labels } = sent as Partial<SentMeta>;
  if (call === "POST offers ID" && want !== undefined && owner !== undefined && labels !== undefined) {
    return client.accept(id, { want, owner, labels: labels ?? {} });
  }
  const request = { ...ADDRESS, ...exchange.request, timeoutMs: 0 };
  const reply = recordedReply(exchange);
  return method === "GET"
    ? decodeReply(request, reply, listOf(offerDecoder))
    : decodeReply(request, reply, allocDecoder);
}

async function replayAll(name: string): Promise<readonly (readonly [string, unknown])[]> {
  const rows: [string, unknown][] = [];
  for (const exchange of recordedExchanges(name)) {
    const { method, path } = exchange.request;
    rows.push([exchange.note ?? `${method} ${path}`, await meaningOf(replay(exchange))]);
  }
  return rows;
}

const FEATURES = { intel_avx: 2, intel_avx2: 2, intel_avx512: 2 };
const offer = (cpu: number, disk: number, mem: number): object => ({
  id: "1",
  available: { cpu, disk, ...FEATURES, mem },
});
const IDLE = offer(2, 270_553_174_016, 7_638_301_081);
const AFTER_ACCEPT = offer(1, 270_552_125_440, 6_564_559_257);

const no = (what: string, says: string, lease: string): object => ({ no: what, says: AT + says, lease });
const unserved = (path: string, element: string): object =>
  no("404 NotExist", `servehttp ${path} ${element}: resource does not exist`, "trouble");
const unsupported = (method: string, path: string): object =>
  no("405 NotSupported", `${method} ${path}: operation not supported`, "trouble");
const unparsed = (target: string, why: string): object => no("400 Other", `unmarshal ${target}: ${why}`, "trouble");
const zombie = (what: string): object =>
  no("500 NotSupported", `${what}: operation not supported: zombie alloc`, "lost");
const gone = (what: string): object => no("404 NotExist", `${what}: resource does not exist: offer expired`, "unknown");
const NOT_FOUND = no("404 NotExist", "alloc 0123456789abcdef: resource does not exist", "unknown");

const ALLOC_RESOURCES = { cpu: 1, disk: 1_048_576, mem: 1_073_741_824 };
const META = { want: ALLOC_RESOURCES, owner: "ann <ann>", labels: { Name: "a&b", k: "v" } };
const ended = (id: string, meta: object): object => ({
  id,
  resources: {},
  meta,
  zombie: true,
  createdMs: undefined,
  lastKeepaliveMs: undefined,
  expiresMs: undefined,
  taskDbAllocId: undefined,
});

describe.each([
  {
    year: 2020,
    id: "aa4de90c0e690c08",
    secondId: "33b7e12bb18dd011",
    emptyWant: { id: "d42420f73b6117a1", resources: {} },
    hourGrantedMs: 3_600_000,
    createdMs: Date.parse("2026-11-22T14:55:03.003Z"),
    firstExpiryMs: Date.parse("2026-11-22T14:56:03.003Z"),
    lastKeepaliveMs: Date.parse("2026-11-22T14:55:03.077Z"),
  },
  {
    year: 2023,
    id: "1ccf54a5c227e8b7",
    secondId: "be172dafb3356515",
    emptyWant: no(
      "500 Precondition",
      "ResourcePool.New: precondition was not met: illegal request for an empty resources: {}",
      "trouble",
    ),
    hourGrantedMs: 300_000,
    createdMs: Date.parse("2026-11-22T14:53:13.990Z"),
    firstExpiryMs: Date.parse("2026-11-22T14:55:13.990Z"),
    lastKeepaliveMs: Date.parse("2026-11-22T14:53:14.206Z"),
  },
])("ReflowletClient and the recorded reflowlet of $year", (recorded) => {
  const { year, id, secondId } = recorded;
  const first = { id, resources: ALLOC_RESOURCES };
  const second = { id: secondId, resources: { cpu: 1, mem: 1_073_741_824 } };
  const empty = "id" in recorded.emptyWant ? [recorded.emptyWant] : [];
  const inspected = {
    ...first,
    meta: META,
    zombie: false,
    createdMs: recorded.createdMs,
    lastKeepaliveMs: undefined,
    expiresMs: recorded.firstExpiryMs,
    taskDbAllocId: undefined,
  };
  // A Go map is listed in any order.
  const byId = (allocs: unknown): unknown[] => [...(allocs as { id: string }[])].sort((a, b) => (a.id < b.id ? -1 : 1));

  it("understands every reply, the odd ones too", async () => {
    const rows = (await replayAll(`reflowlet-${year}`)).map(([note, meaning]) => {
      if (note === "configuration as text") return [note, (meaning as string).slice(0, 19)];
      return [note, note === "GET /v1/allocs" ? byId(meaning) : meaning];
    });
    expect(rows).toEqual([
      ["configuration as text", "awscreds: awscreds\n"],
      ["GET /v1/config/", unserved("/v1/config", "config")],
      ["offers of an idle reflowlet", [IDLE]],
      ["trailing slash", [IDLE]],
      ["GET /v1/offers/1", IDLE],
      ["unknown offer", gone("offer nope")],
      ["accept with nothing wanted", recorded.emptyWant],
      ["accept more than is there", gone("alloc")],
      ["not JSON", unparsed("&{{} map[]}", "unexpected EOF")],
      [
        "wrong type",
        unparsed(
          "&{{} map[]}",
          "json: cannot unmarshal array into Go struct field AllocMeta.Want of type reflow.Resources",
        ),
      ],
      ["accept", first],
      ["offers after the accept", [AFTER_ACCEPT]],
      ["the old offer after the accept", AFTER_ACCEPT],
      ["accept a second time on the old offer id", second],
      ["GET /v1/allocs", byId([...empty, first, second])],
      [`GET /v1/allocs/${id}`, inspected],
      ["keepalive longer than allowed", recorded.hourGrantedMs],
      ["keepalive of 30 s", 30_000],
      ["keepalive of zero", 0],
      ["keepalive, negative", -0.000001],
      [
        "keepalive, text",
        unparsed("&{0s}", "json: cannot unmarshal string into Go struct field .Interval of type time.Duration"),
      ],
      ["keepalive by GET", unsupported("GET", `/v1/allocs/${id}/keepalive`)],
      [
        `GET /v1/allocs/${id}`,
        { ...inspected, lastKeepaliveMs: recorded.lastKeepaliveMs, expiresMs: recorded.lastKeepaliveMs },
      ],
      [`GET /v1/allocs/${id}/execs`, []],
      [`GET /v1/allocs/${id}/nonsense`, unserved(`/v1/allocs/${id}/nonsense`, "nonsense")],
      ["unknown alloc", NOT_FOUND],
      ["keepalive on an unknown alloc", NOT_FOUND],
      ["free an unknown alloc", NOT_FOUND],
      ["free", undefined],
      ["free again", zombie(`free ${id}`)],
      ["inspect after free", ended(id, META)],
      ["keepalive after free", zombie(`keepalive ${id} 30s`)],
      ["GET /v1/allocs", byId([...empty, second])],
      ["offers after free", [offer(1, 270_553_174_016, 6_564_559_257)]],
      ["POST /v1/offers", unsupported("POST", "/v1/offers")],
      ["DELETE /v1/config", unsupported("DELETE", "/v1/config")],
      ["GET /v1", { malformed: 404 }],
      ["GET /v1/", { malformed: 404 }],
      ["GET /v1/status", unserved("/v1/status", "status")],
      ["execimage is not served by a reflowlet", unserved("/v1/execimage", "execimage")],
      ["GET /v2/offers", unserved("/v2/offers", "v2")],
      ["GET /", { malformed: 404 }],
      ["GET /v1//offers", { malformed: 301 }],
      ["HEAD /v1/offers", { malformed: 405 }],
      ["PUT /v1/allocs", unsupported("PUT", "/v1/allocs")],
    ]);
  });
});

describe.each([
  {
    year: 2020,
    ids: ["4a570ee2c3649632", "af846bb02997d8da", "3f2c3f68199a0f2c", "56d532722f2474a9", "7538c739224ddad5"],
    times: ["2026-11-22T14:55:09.039Z", "2026-11-22T14:55:11.564Z", "2026-11-22T14:55:12.564Z"],
  },
  {
    year: 2023,
    ids: ["2a48ddae3494e5ab", "286810075339c38c", "04be729dab139290", "04a7849d4b8b65a2", "8e8f715f1f0f4077"],
    times: ["2026-11-22T14:53:52.202Z", "2026-11-22T14:53:54.723Z", "2026-11-22T14:53:55.723Z"],
  },
])("ReflowletClient and the recorded leases of $year", ({ year, ids, times }) => {
  it("understands expiry, revival, collection and what is left of a lost alloc", async () => {
    const [id = "", collector = "", fraction, memoryOnly, withFuture] = ids;
    const [createdMs, lastKeepaliveMs, expiresMs] = times.map((time) => Date.parse(time));
    const meta = { want: { cpu: 1, mem: 1_073_741_824 }, owner: "ann", labels: {} };
    expect(await replayAll(`lease-${year}`)).toEqual([
      ["first alloc, 1 cpu", { id, resources: meta.want }],
      ["its lease is cut to 1 s", 1_000],
      ["1.5 s after expiry, nobody needed the room: keepalive revives it", 1_000],
      ["expired again; offers count its room as free", [IDLE]],
      [
        "inspect the expired alloc",
        {
          id,
          resources: meta.want,
          meta,
          zombie: false,
          createdMs,
          lastKeepaliveMs,
          expiresMs,
          taskDbAllocId: undefined,
        },
      ],
      ["another alloc that needs all cpus collects it", { id: collector, resources: { cpu: 2, mem: 1_073_741_824 } }],
      ["keepalive of the collected alloc", zombie(`keepalive ${id} 1s`)],
      ["inspect of the collected alloc", ended(id, meta)],
      ["free of the collected alloc", zombie(`free ${id}`)],
      ["offers with all cpus taken", []],
      ["accept on a full reflowlet", gone("offer 1")],
      [`DELETE /v1/allocs/${collector}`, undefined],
      ["a fraction of a cpu", { id: fraction, resources: { cpu: 0.5, mem: 1_024 } }],
      ["GET /v1/offers", [offer(1.5, 270_553_174_016, 7_638_300_057)]],
      [`DELETE /v1/allocs/${fraction}`, undefined],
      ["memory only", { id: memoryOnly, resources: { mem: 1_024 } }],
      [`DELETE /v1/allocs/${memoryOnly}`, undefined],
      ["a feature the machine lacks", gone("alloc")],
      ["unknown fields are ignored", { id: withFuture, resources: { cpu: 1 } }],
      ["an alloc id given short", no("404 NotExist", "alloc 0: resource does not exist", "unknown")],
      [`DELETE /v1/allocs/${withFuture}`, undefined],
      ["GET /v1/offers", [IDLE]],
    ]);
  });
});

describe("ReflowletClient", () => {
  const ask = (answer: ConstructorParameters<typeof AnsweringTransport>[0]): ReflowletClient =>
    new ReflowletClient(new AnsweringTransport(answer), ADDRESS);

  it("asks for what Go clients ask for, with ten seconds unless told otherwise", async () => {
    const transport = new AnsweringTransport({ body: '{"Interval":120000000000}' });
    const client = new ReflowletClient(transport, ADDRESS);
    const { signal } = new AbortController();
    await client.keepalive("4640204a5fd6ce42", 120_000);
    await client.keepalive("4640204a5fd6ce42", 0, { signal, timeoutMs: 5_000 });
    const common = { ...ADDRESS, method: "POST", path: "/v1/allocs/4640204a5fd6ce42/keepalive" };
    expect(transport.requests).toEqual([
      { ...common, body: '{"Interval":120000000000}', timeoutMs: 10_000, signal: undefined },
      { ...common, body: '{"Interval":0}', timeoutMs: 5_000, signal },
    ]);
  });

  it("takes null, missing and oddly spelt fields as Go does", async () => {
    const body = `[null,{"id":"1","AVAILABLE":{"cpu":null,"Cpu":2},"Future":[1]},{"ID":"2"}]`;
    expect(await ask({ body: "null" }).offers()).toEqual([]);
    expect(await ask({ body: body.replace("null,", "") }).offers()).toEqual([
      { id: "1", available: { cpu: 0, Cpu: 2 } },
      { id: "2", available: {} },
    ]);
  });

  it("keeps keys that JavaScript has a meaning for as plain amounts", async () => {
    const [offer] = await ask({ body: '[{"ID":"1","Available":{"__proto__":1,"constructor":2}}]' }).offers();
    expect(Object.entries(offer?.available ?? {})).toEqual([
      ["__proto__", 1],
      ["constructor", 2],
    ]);
  });

  it("gives the task database's name for an alloc where there is one", async () => {
    const taskDbAllocId = `sha256:${"0a".repeat(32)}`;
    const body = JSON.stringify({
      ID: "a",
      TaskDBAllocID: taskDbAllocId,
      Resources: {},
      Created: "2023-10-02T10:00:00.5Z",
    });
    expect(await ask({ body }).inspect("a")).toEqual({
      id: "a",
      resources: {},
      meta: { want: {}, owner: "", labels: {} },
      zombie: false,
      createdMs: Date.parse("2023-10-02T10:00:00.500Z"),
      lastKeepaliveMs: undefined,
      expiresMs: undefined,
      taskDbAllocId,
    });
  });

  it("lists the execs of an alloc by their digests", async () => {
    const execs = [`sha256:${"1".repeat(64)}`, `sha256:${"f".repeat(64)}`];
    expect(await ask({ body: JSON.stringify(execs) }).execs("a")).toEqual(execs);
  });

  it.each([
    ["nothing", "", "nothing: an answer was expected"],
    ["white space", " \n", "nothing: an answer was expected"],
    ["half a reply", '[{"ID":"1","Avai', `"[{"ID":"1","Avai": it is not complete JSON`],
    ["a web page", "<html>\n <b>Hi</b></html>", `"<html> <b>Hi</b></html>": it is not JSON`],
    ["terminal codes", "\u001b[2J\u202e", `"\\u{1b}[2J\\u{202e}": it is not JSON`],
    ["bytes", "\u0000\ufffd\u0007", `"\\u{0}\ufffd\\u{7}": it is not JSON`],
    ["an object", "{}", `"{}": it is not a list but an object`],
    ["a number", "7", `"7": it is not a list but 7`],
    ["a list of numbers", "[7]", `"[7]": [0] is not an object but 7`],
    ["a list of nothing", "[null]", `"[null]": [0] has no ID`],
    ["an id that is a number", '[{"ID":1}]', `"[{"ID":1}]": [0].ID is not a string but 1`],
    ["an empty id", '[{"ID":""}]', `"[{"ID":""}]": [0].ID is not an id but ""`],
    [
      "an amount that is text",
      '[{"ID":"1","Available":{"cpu":"2"}}]',
      `"[{"ID":"1","Available":{"cpu":"2"}}]": [0].Available.cpu is not a number but "2"`,
    ],
    [
      "an amount beyond all numbers",
      '[{"ID":"1","Available":{"cpu":1e999}}]',
      `"[{"ID":"1","Available":{"cpu":1e999}}]": [0].Available.cpu is not a number but Infinity`,
    ],
    [
      "a long text",
      `"${"ab".repeat(5_000_000)}"`,
      `""${"ab".repeat(59)}a…": it is not a list but "${"ab".repeat(20)}…"`,
    ],
  ])("says what came instead of offers: %s", async (_, body, problem) => {
    const error: unknown = await ask({ body })
      .offers()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MalformedReplyError);
    expect(error).toMatchObject({
      code: "malformed-reply",
      exitCode: 7,
      message: `10.0.0.7:9000 answered GET /v1/offers (status 200) with ${problem}`,
    });
  });

  it.each<[string, (client: ReflowletClient) => Promise<unknown>, string]>([
    ["offers() with text", (client) => client.offers(), '"alloc freed"'],
    ["offer() with null", (client) => client.offer("1"), "null"],
    ["accept() with nothing of an alloc", (client) => client.accept("1", NOBODY), "{}"],
    ["allocs() with one alloc", (client) => client.allocs(), '{"ID":"a"}'],
    ["inspect() with a list", (client) => client.inspect("a"), "[]"],
    ["inspect() with a time that is none", (client) => client.inspect("a"), '{"ID":"a","Expires":"tomorrow"}'],
    [
      "inspect() with a day that is none",
      (client) => client.inspect("a"),
      '{"ID":"a","Expires":"2026-02-30T00:00:00Z"}',
    ],
    ["inspect() with a digest that is none", (client) => client.inspect("a"), '{"ID":"a","TaskDBAllocID":"sha256:1"}'],
    ["inspect() with labels that are numbers", (client) => client.inspect("a"), '{"ID":"a","Meta":{"Labels":{"k":1}}}'],
    ["keepalive() with no interval", (client) => client.keepalive("a", 1), "{}"],
    ["keepalive() with half a nanosecond", (client) => client.keepalive("a", 1), '{"Interval":0.5}'],
    ["keepalive() with text", (client) => client.keepalive("a", 1), '{"Interval":"2m"}'],
    ["free() with an object", (client) => client.free("a"), "{}"],
    ["config() with YAML that is not in a string", (client) => client.config(), "awscreds: awscreds"],
    ["execs() with a digest that is none", (client) => client.execs("a"), '["<zero>"]'],
  ])("refuses a reply of the wrong shape: %s", async (_, call, body) => {
    await expect(call(ask({ body }))).rejects.toBeInstanceOf(MalformedReplyError);
  });

  it.each([
    [{ status: 404, contentType: "text/plain; charset=utf-8", body: "404 page not found\n" }, { notServed: 404 }],
    [{ status: 502, contentType: "text/html", body: "<html>Bad Gateway</html>" }, { malformed: 502 }],
    [{ status: 500, body: "{}" }, { malformed: 500 }],
    [{ status: 500, body: "null" }, { malformed: 500 }],
    [{ status: 403, body: '{"message":"Forbidden"}' }, { malformed: 403 }],
    [{ status: 500, body: '{"Op":"","Arg":null,"Kind":"","Error":"boom"}' }, { malformed: 500 }],
    [{ status: 500, body: '{"Op":7}' }, { malformed: 500 }],
    [{ status: 204 }, { malformed: 204 }],
    [
      { status: 503, body: '{"Kind":"Temporary","Cause":{"Error":"busy"}}' },
      { no: "503 Temporary", says: `${AT}temporary: busy`, lease: "trouble" },
    ],
    [new TransportError("timeout", "10.0.0.7:9000 did not answer within 10 s"), { transport: "timeout" }],
  ])("tells what a refusal is: %j", async (answer, meaning) => {
    expect(await meaningOf(ask(answer).config())).toEqual(meaning);
  });

  it.each(["", ".", "..", "a/b", "\ud800"])("does not ask about the id %j, which is none", async (id) => {
    const transport = new AnsweringTransport({ body: "{}" });
    const client = new ReflowletClient(transport, ADDRESS);
    await expect(client.inspect(id)).rejects.toBeInstanceOf(UsageError);
    await expect(client.accept(id, NOBODY)).rejects.toBeInstanceOf(UsageError);
    await expect(client.free(id)).rejects.toBeInstanceOf(UsageError);
    expect(transport.requests).toEqual([]);
  });

  it("asks about an odd id as it is", async () => {
    const transport = new AnsweringTransport({ body: '"alloc freed"' });
    await new ReflowletClient(transport, ADDRESS).free("a b?c#%2f");
    expect(transport.requests.map(({ path }) => path)).toEqual(["/v1/allocs/a%20b%3Fc%23%252f"]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e18])(
    "does not send a lease of %d ms, which would mean another",
    async (ms) => {
      await expect(ask({ body: '{"Interval":0}' }).keepalive("a", ms)).rejects.toBeInstanceOf(UsageError);
    },
  );

  it("does not send an amount that JSON cannot carry", async () => {
    const meta = { ...NOBODY, want: { cpu: 1, mem: Number.NaN } };
    await expect(ask({ body: '{"ID":"a"}' }).accept("1", meta)).rejects.toThrow("cannot ask for NaN of mem");
  });
});
