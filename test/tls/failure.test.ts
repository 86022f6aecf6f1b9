import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { TrustError } from "../../src/errors.js";
import { TransportError } from "../../src/pool/transport.js";
import type { Phase } from "../../src/tls/exchange.js";
import { describeFailure, describeTimeout, type FailedExchange } from "../../src/tls/failure.js";
import { goodClient } from "./material.js";

interface RecordedEnd {
  readonly code?: string;
  readonly message?: string;
}
interface RecordedCase {
  readonly case: string;
  readonly http1: RecordedEnd;
  readonly http1Tls12?: RecordedEnd;
}
const recorded = JSON.parse(readFileSync(new URL("../fixtures/wire/tls.json", import.meta.url), "utf8")) as {
  readonly cases: readonly RecordedCase[];
};

const { certificatePem } = goodClient;
const failed = (phase: Phase): FailedExchange => ({
  address: "10.0.0.7:9000",
  request: "GET /v1/offers",
  phase,
  certificatePem,
});
const nodeError = (code: string, message: string): Error => Object.assign(new Error(message), { code });

describe("how a real bootstrap refuses a certificate", () => {
  const DATES = "valid from Nov 24 11:59:00 2026 GMT until Jun 1 12:00:00 2027 GMT";
  const messages: Readonly<Record<string, string>> = {
    "no certificate": "demands a client certificate and got none that it takes",
    "certificate of another authority": "does not know the authority of our certificate",
    "expired certificate": `takes our certificate, ${DATES}, for expired or not yet valid`,
    "certificate not yet valid": `takes our certificate, ${DATES}, for expired or not yet valid`,
    "certificate for serverAuth only": "does not take our certificate for one of a client",
  };
  const ends = recorded.cases
    .filter((row) => row.case in messages)
    .flatMap((row) => [
      { name: row.case, version: "TLS 1.3", end: row.http1 },
      { name: row.case, version: "TLS 1.2", end: row.http1Tls12 },
    ]);

  it("has been recorded for every kind", () => {
    expect(ends.map(({ name }) => name)).toEqual(Object.keys(messages).flatMap((name) => [name, name]));
  });

  it.each(ends)("is told: $name under $version", ({ name, end }) => {
    const cause = nodeError(end?.code ?? "", end?.message ?? "");
    const error = describeFailure(cause, failed("reply"));
    expect(error).toBeInstanceOf(TrustError);
    const { problem, message, exitCode, hint } = error as TrustError;
    expect({ problem, message: message.replace(/ \(it said: [a-z ]+\)$/, ""), exitCode, cause: error.cause }).toEqual({
      problem: "refused-ours",
      message: `10.0.0.7:9000 ${messages[name]}`,
      exitCode: 8,
      cause,
    });
    expect(hint).toMatch(/\.$/);
  });
});

describe("what Node reports, in our words", () => {
  it.each([
    ["ECONNREFUSED", "connect", "refused", "refused the connection: nothing listens there"],
    ["ECONNRESET", "connect", "reset", "dropped the connection before the TLS handshake was finished"],
    ["ECONNRESET", "handshake", "reset", "dropped the connection before the TLS handshake was finished"],
    ["EPIPE", "reply", "reset", "dropped the connection without a reply to GET /v1/offers"],
    ["ECONNRESET", "body", "malformed", "ended its reply half way"],
    ["ETIMEDOUT", "connect", "timeout", "accepted no connection in the time that the system allows"],
    ["ETIMEDOUT", "reply", "timeout", "was lost: nothing came in the time that the system allows"],
    ["EHOSTUNREACH", "connect", "unreachable", "cannot be reached: text"],
    ["EMFILE", "connect", "unreachable", "cannot be reached: text"],
    ["ENOTFOUND", "connect", "unresolved", "has a name that cannot be resolved"],
    ["EAI_AGAIN", "connect", "unresolved", "has a name that cannot be resolved"],
    ["HPE_INVALID_CONSTANT", "reply", "malformed", "did not answer GET /v1/offers in HTTP"],
    ["HPE_INVALID_CHUNK_SIZE", "body", "malformed", "did not answer GET /v1/offers in HTTP"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "handshake", "malformed", "does not speak TLS as it should"],
    ["EPROTO", "handshake", "malformed", "does not speak TLS as it should"],
  ] as const)("%s while waiting for %s is %s", (code, phase, failure, message) => {
    const cause = nodeError(code, "text");
    const error = describeFailure(cause, failed(phase));
    expect(error).toBeInstanceOf(TransportError);
    const { failure: kind, cause: told } = error as TransportError;
    expect({ kind, message: error.message, told }).toEqual({
      kind: failure,
      message: `10.0.0.7:9000 ${message}`,
      told: cause,
    });
  });

  it("passes our own errors on as they are", () => {
    const own = [new TransportError("too-large", "x"), new TrustError("expired", "x")];
    expect(own.map((error) => describeFailure(error, failed("body")))).toEqual(own);
  });

  it.each([["a word"], [undefined], [null], [{}], [new TypeError("odd")]])("takes anything thrown: %p", (thrown) => {
    expect(describeFailure(thrown, failed("reply"))).toMatchObject({ code: "transport", failure: "unreachable" });
  });
});

describe("a time limit that has passed", () => {
  it.each([
    ["queue", "was busy with other requests of ours, so that GET /v1/offers was not sent within 1.5 s"],
    ["connect", "accepted no connection within 1.5 s"],
    ["handshake", "accepted a connection, but did not finish the TLS handshake within 1.5 s"],
    ["reply", "did not reply to GET /v1/offers within 1.5 s"],
    ["body", "sent only part of its reply to GET /v1/offers within 1.5 s"],
  ] as const)("tells how far the exchange came: %s", (phase, message) => {
    expect(describeTimeout(1_500, failed(phase))).toMatchObject({
      failure: "timeout",
      message: `10.0.0.7:9000 ${message}`,
    });
  });
});
