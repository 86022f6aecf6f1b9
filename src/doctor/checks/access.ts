import { AccessError, EndpointError, UsageError } from "../../errors.js";
import { counted } from "../../lib/counted.js";
import { durationText } from "../../lib/time-text.js";
import type { Check, DoctorContext } from "../check.js";
import type { FoundCredentials } from "../context.js";
import { failure, type Finding, findingOf, ok, skipped, skippedFor, warning } from "../finding.js";

/** A fleet may take so long from its first launch to its last accepted offer. */
const ENDS_SOON_MS = 60 * 60_000;

/** What TLS certificates, ours and the reflowlets', allow for: they are valid from a minute before they are issued. */
const CERTIFICATE_MS = 60_000;

/** What AWS allows a signature to be off by (AWS, Signature Version 4: "within five minutes of the time stamp"). */
const SIGNATURE_MS = 5 * 60_000;

const NOTHING_WORKS = "every call of AWS is refused";

/** There are credentials, and AWS takes them. */
export const credentials: Check = {
  name: "credentials",
  needs: ["region"],
  consequence: NOTHING_WORKS,
  async run(context, signal) {
    let found: FoundCredentials;
    try {
      found = await context.credentials(signal);
    } catch (error) {
      signal.throwIfAborted();
      // The file may have some sealed.
      if (context.configuration.kind === "broken") return skippedFor("configuration");
      if (!(error instanceof AccessError)) return findingOf(error, NOTHING_WORKS);
      return noAccess(error);
    }
    try {
      const { arn } = await context.look.identity();
      return judge(context, found, arn);
    } catch (error) {
      signal.throwIfAborted();
      return error instanceof AccessError ? noAccess(error) : skippedFor("endpoint");
    }
  },
};

function noAccess({ message, hint, exitCode }: AccessError): Finding {
  return failure(exitCode, message, NOTHING_WORKS, hint ?? "use other credentials");
}

function judge({ clock, config }: DoctorContext, { isTemporary, expiresMs }: FoundCredentials, arn: string): Finding {
  const end = expiresMs === undefined ? "" : `until ${new Date(expiresMs).toISOString()}`;
  if (expiresMs !== undefined && expiresMs - clock.nowMs() < ENDS_SOON_MS) {
    return warning(
      `${arn}, ${end}`,
      "a command that runs longer loses its access on the way, and cannot end what it launched",
      "renew the credentials before long jobs",
    );
  }
  const sealed = config.session === "awssession" || config.generation === 2020;
  if (isTemporary && sealed) {
    return warning(
      `${arn}, temporary${end === "" ? "" : ` ${end}`}, and sealed into instances`,
      "instances lose their access to AWS when the credentials end",
      config.generation === 2020
        ? "use credentials without a session token"
        : "give instances a profile (`ec2cluster: instanceprofile`) and set `session: ec2metadata`",
    );
  }
  return ok([arn, end].filter((part) => part !== "").join(", "));
}

/** AWS answers, and so does EC2 of the region. */
export const endpoint: Check = {
  name: "endpoint",
  needs: ["region"],
  consequence: NOTHING_WORKS,
  async run(context, signal) {
    try {
      await context.credentials(signal);
    } catch {
      signal.throwIfAborted();
      return skippedFor("credentials");
    }
    const { account, region } = await context.place();
    try {
      await context.look.identity();
    } catch (error) {
      signal.throwIfAborted();
      // It answers those whom it does not know.
      if (error instanceof AccessError) return ok(`AWS of ${region} answers`);
      // This call has nothing about it that STS could refuse: whatever refuses it is no STS.
      if (!(error instanceof UsageError)) return findingOf(error, NOTHING_WORKS);
      return failure(
        2,
        `the endpoint does not answer as AWS does: ${error.message}`,
        NOTHING_WORKS,
        "check --endpoint-url or AWS_ENDPOINT_URL, and HTTPS_PROXY: something else answers",
      );
    }
    try {
      await account.mayCall({ action: "ec2:DescribeInstances", about: {} }, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof EndpointError) return findingOf(error, "no command that needs the cluster works");
      if (!(error instanceof AccessError)) throw error;
    }
    return ok(`AWS of ${region} answers`);
  },
};

/** This machine's clock is right. */
export const clock: Check = {
  name: "clock",
  needs: ["credentials", "endpoint"],
  consequence: "certificates and signatures with a wrong time are refused",
  async run({ look, clock: ours }) {
    const askedMs = ours.nowMs();
    const { serverTimeMs } = await look.identity();
    if (serverTimeMs === undefined) return skipped("the endpoint does not tell the time");
    return judgeClock(askedMs, serverTimeMs);
  },
};

/** @param nowMs what our clock says; both milliseconds since 1970 */
export function judgeClock(nowMs: number, serverTimeMs: number): Finding {
  const offMs = Math.abs(nowMs - serverTimeMs);
  const summary = `this machine's clock is ${offText(offMs)} ${nowMs > serverTimeMs ? "ahead of" : "behind"} AWS's`;
  const fix = "set the clock, e.g. with `sudo chronyc makestep` or `sudo timedatectl set-ntp true`";
  if (offMs > SIGNATURE_MS) {
    return failure(
      8,
      summary,
      "reflowlets and we take each other's new certificates for not yet valid, and AWS refuses signatures that are more than 5 minutes off",
      fix,
    );
  }
  if (offMs > CERTIFICATE_MS) {
    return warning(
      summary,
      `new certificates count as not yet valid for the first ${offText(offMs - CERTIFICATE_MS)}: members that were there cannot be spoken to so long`,
      fix,
    );
  }
  return ok("right to the minute");
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** An answer takes a moment: what is off by seconds more or less is no other trouble. */
function offText(ms: number): string {
  if (ms >= HOUR_MS) return durationText(ms);
  return ms < MINUTE_MS ? "minute" : counted(Math.round(ms / MINUTE_MS), "minute");
}
