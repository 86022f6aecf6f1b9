import { GetAuthorizationTokenCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { AccessError } from "../errors.js";
import type { EcrAuthenticator, RegistryLogin } from "../cluster/ports.js";
import type { Clock } from "../lib/clock.js";
import { fromSdkError } from "./ec2-errors.js";

/** A token is good for twelve hours; one with less left than this is replaced. */
const FRESH_MS = 60 * 60_000;

/** Logins for ECR, asked for once and kept while they last. */
export class SdkEcrAuthenticator implements EcrAuthenticator {
  private current: RegistryLogin | undefined;

  constructor(
    private readonly client: ECRClient,
    private readonly clock: Clock,
  ) {}

  /** @throws AccessError when the credentials do not allow it; EndpointError; the signal's reason. */
  async login(signal: AbortSignal): Promise<RegistryLogin> {
    if (this.current !== undefined && this.current.expiresMs - this.clock.nowMs() > FRESH_MS) return this.current;
    signal.throwIfAborted();
    this.current = await this.ask(signal).catch((error: unknown) => {
      throw withHint(fromSdkError("GetAuthorizationToken", error, signal));
    });
    return this.current;
  }

  private async ask(signal: AbortSignal): Promise<RegistryLogin> {
    const answer = await this.client.send(new GetAuthorizationTokenCommand({}), { abortSignal: signal });
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
