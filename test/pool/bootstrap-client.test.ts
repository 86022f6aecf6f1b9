import { describe, expect, it } from "@jest/globals";
import { TrustError } from "../../src/errors.js";
import { BootstrapClient, isReflowlet, type ExecImage } from "../../src/pool/bootstrap-client.js";
import { ReflowletClient } from "../../src/pool/reflowlet-client.js";
import { refusal } from "../../src/pool/reply.js";
import { TransportError, type TransportFailure } from "../../src/pool/transport.js";
import {
  AnsweringTransport,
  meaningOf,
  recordedExchanges,
  recordedReply,
  RecordedTransport,
  type Exchange,
} from "./recorded-transport.js";

const ADDRESS = { host: "10.0.0.7", port: 9000 };
const AT = "10.0.0.7:9000: ";
const IMAGE: ExecImage = { path: "s3://b/o", name: "reflowlet", args: ["serve"] };

async function replay(exchange: Exchange): Promise<unknown> {
  const { method, path, body } = exchange.request;
  const transport = new RecordedTransport(exchange);
  const client = new BootstrapClient(transport, ADDRESS);
  if (method === "GET" && path === "/v1/status") return client.status();
  if (method === "GET" && path === "/v1/config") return new ReflowletClient(transport, ADDRESS).config();
  if (method === "GET" && path === "/v1/offers") return new ReflowletClient(transport, ADDRESS).offers();
  if (method === "POST" && body?.endsWith("}")) {
    if (path === "/v1/execimage") return client.execimage(JSON.parse(body) as ExecImage);
  }
  throw refusal({ ...ADDRESS, method, path, timeoutMs: 0 }, recordedReply(exchange));
}

const no = (what: string, says: string): object => ({ no: what, says: AT + says, lease: "trouble" });
const failed = (says: string): object => no("500 Other", says);
const NOT_SERVED = { notServed: 404 };
const MISSING = "objects/sha256:0000000000000000000000000000000000000000000000000000000000000001";

describe.each([
  { year: 2020, missing: "resource does not exist", requestId: "HP5XgIcbV8jnbQoLEHSPJpf3e3JOwOiQH8v0i2k3NCGZ7Hr41RJu" },
  { year: 2023, missing: "temporary", requestId: "1UnYgdOE7F7v2X04AKw7Dr6rRUXJ11OLgctCt0dJFr01R0VYUiMl" },
])("BootstrapClient and the recorded bootstrap of $year", ({ year, missing, requestId }) => {
  it("understands every reply, and the connection that drops", async () => {
    const rows: [string, unknown][] = [];
    for (const exchange of recordedExchanges(`bootstrap-${year}`)) {
      const { method, path } = exchange.request;
      rows.push([exchange.note ?? `${method} ${path}`, await meaningOf(replay(exchange))]);
    }
    expect(rows).toEqual([
      ["GET /v1/status", undefined],
      ["GET /v1/status/", NOT_SERVED],
      ["POST /v1/status", no("405 NotSupported", "POST /v1/status: operation not supported")],
      ["HEAD /v1/status", { malformed: 405 }],
      ["GET /v1/config", NOT_SERVED],
      ["GET /v1/offers", NOT_SERVED],
      ["GET /v1/execimage", no("405 NotSupported", "GET /v1/execimage: operation not supported")],
      ["GET /", NOT_SERVED],
      ["not JSON", failed("unmarshal execimage unexpected EOF")],
      ["empty", failed("unmarshal execimage EOF")],
      [
        "no path",
        failed(
          "bootstrap execimage POST { reflowlet []}: blob.Bucket : operation not supported: no implementation for scheme",
        ),
      ],
      [
        "unknown scheme",
        failed(
          "bootstrap execimage POST {https://example.org/reflowlet reflowlet []}: " +
            "blob.Bucket https://example.org/reflowlet: operation not supported: no implementation for scheme https",
        ),
      ],
      [
        "object that is not there",
        failed(
          `bootstrap execimage POST {s3://reflow-cache/${MISSING} reflowlet [-config /etc/reflowconfig serve -ec2cluster]}: ` +
            `s3blob.Get reflow-cache ${MISSING}: ${missing}: NoSuchKey: The specified key does not exist. ` +
            `status code: 404, request id: ${requestId}, host id:`,
        ),
      ],
      [
        "an object that is no program",
        failed(
          "bootstrap execimage POST {s3://reflow-cache/objects/text reflowlet []}: " +
            "InstallImage $TMP/reflowlet000000001: exec format error",
        ),
      ],
      ["a program: the connection drops, no reply", undefined],
      ["after it", { transport: "refused" }],
    ]);
  });
});

describe("BootstrapClient", () => {
  it("gives an install a minute and a question ten seconds unless told otherwise", async () => {
    const transport = new AnsweringTransport(new TransportError("reset", "dropped"));
    const client = new BootstrapClient(transport, ADDRESS);
    const { signal } = new AbortController();
    await client.execimage(IMAGE);
    await client.execimage(IMAGE, { timeoutMs: 5, signal });
    await client.status().catch(() => undefined);
    const install = { ...ADDRESS, method: "POST", path: "/v1/execimage", body: JSON.stringify(IMAGE) };
    expect(transport.requests).toEqual([
      { ...install, timeoutMs: 60_000, signal: undefined },
      { ...install, timeoutMs: 5, signal },
      { ...ADDRESS, method: "GET", path: "/v1/status", timeoutMs: 10_000, signal: undefined },
    ]);
  });

  it.each<[TransportFailure, "installed" | "failed"]>([
    ["reset", "installed"],
    ["refused", "installed"],
    ["timeout", "failed"],
    ["unreachable", "failed"],
    ["unresolved", "failed"],
    ["malformed", "failed"],
    ["too-large", "failed"],
  ])("takes an install call that ends as %s for %s", async (failure, outcome) => {
    const client = new BootstrapClient(new AnsweringTransport(new TransportError(failure, failure)), ADDRESS);
    const expected = outcome === "installed" ? undefined : { transport: failure };
    expect(await meaningOf(client.execimage(IMAGE))).toEqual(expected);
  });

  it.each([
    [{ status: 200, body: "{}\n" }, { malformed: 200 }],
    [{ status: 200 }, { malformed: 200 }],
    [{ status: 502, contentType: "text/html", body: "<html>" }, { malformed: 502 }],
    [{ status: 404, contentType: "text/plain; charset=utf-8", body: "404 page not found\n" }, NOT_SERVED],
  ])("takes any reply to an install for a failure: %j", async (answer, meaning) => {
    expect(await meaningOf(new BootstrapClient(new AnsweringTransport(answer), ADDRESS).execimage(IMAGE))).toEqual(
      meaning,
    );
  });

  it("does not take a peer of another authority for one that has installed", async () => {
    const distrust = new TrustError("other-authority", "not ours");
    await expect(new BootstrapClient(new AnsweringTransport(distrust), ADDRESS).execimage(IMAGE)).rejects.toBe(
      distrust,
    );
  });

  it.each([
    ["[]", { malformed: 200 }],
    ["null", { malformed: 200 }],
    ['"ok"', { malformed: 200 }],
    ['{"future":1}', undefined],
  ])("takes a status of %s for what it is", async (body, meaning) => {
    expect(await meaningOf(new BootstrapClient(new AnsweringTransport({ body }), ADDRESS).status())).toEqual(meaning);
  });

  it("tells a reflowlet that answers its question from a bootstrap that refuses", async () => {
    const asked = async (exchange: Exchange | undefined): Promise<unknown> =>
      exchange && replay(exchange).catch((error: unknown) => error);
    const answers = [...recordedExchanges("reflowlet-2023"), ...recordedExchanges("bootstrap-2023")].filter(
      ({ request }) => request.path === "/v1/status" || request.path === "/v1/execimage",
    );
    const reflowlets = await Promise.all(answers.map(async (exchange) => isReflowlet(await asked(exchange))));
    expect(reflowlets.flatMap((yes, index) => (yes ? [answers[index]?.request.path] : []))).toEqual([
      "/v1/status",
      "/v1/execimage",
    ]);
  });
});
