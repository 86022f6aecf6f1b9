import { GetAuthorizationTokenCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { AccessError } from "../errors.js";
import type { EcrAuthenticator, RegistryLogin } from "../cluster/ports.js";
import type { Clock } from "../lib/clock.js";
import { Kept } from "../lib/kept.js";
import { fromSdkError } from "./ec2-errors.js";

/** A token is good for twelve hours; one with less left than this is replaced. */
const FRESH_MS = 60 * 60_000;

/** Logins for ECR: one is asked for by all launches of a process together, and kept while it lasts. */
export class SdkEcrAuthenticator implements EcrAuthenticator {
  private readonly current: Kept<RegistryLogin>;

  constructor(
    private readonly client: ECRClient,
    private readonly clock: Clock,
  ) {
    this.current = new Kept(clock, ({ expiresMs }) => expiresMs - clock.nowMs() > FRESH_MS);
  }

  /** @throws AccessError when the credentials do not allow it; EndpointError; the signal's reason. */
  login(signal: AbortSignal): Promise<RegistryLogin> {
    return this.current.get(signal, (within) => this.ask(within));
  }

  private async ask(signal: AbortSignal): Promise<RegistryLogin> {
    const command = new GetAuthorizationTokenCommand({});
    const answer = await this.client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      throw withHint(fromSdkError("GetAuthorizationToken", error, signal));
    });
    const data = answer.authorizationData?.[0];
    const [username, password] = splitOnce(Buffer.from(data?.authorizationToken ?? "", "base64").toString("utf8"));
    if (data?.proxyEndpoint === undefined || password === "") {
      throw new AccessError("ECR gave no usable login", { hint: "switch the login off with `reflow-ec2: ecr: false`" });
    }
    return {
      username,
      password,
      endpoint: data.proxyEndpoint,
      expiresMs: data.expiresAt?.getTime() ?? this.clock.nowMs(),
    };
  }
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf(":");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function withHint(error: unknown): unknown {
  if (!(error instanceof AccessError)) return error;
  return new AccessError(error.message, {
    cause: error,
    hint: "allow ecr:GetAuthorizationToken, or, if instances fetch nothing from ECR, set `reflow-ec2: ecr: false`",
  });
}
