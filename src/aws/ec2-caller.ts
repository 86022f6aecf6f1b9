import type { EC2Client } from "@aws-sdk/client-ec2";
import { CallPacer, type PacerSurroundings } from "./call-pacer.js";
import { fromSdkError, notEc2, type LaunchSubject } from "./ec2-errors.js";

/** The clients of one region: launches are never repeated by the SDK, which retries capacity errors by itself. */
export interface Ec2Clients {
  readonly launching: EC2Client;
  readonly other: EC2Client;
}

/** Options of one `send`. */
export interface SendOptions {
  readonly abortSignal: AbortSignal;
}

/** One request by a client of the SDK. */
export type Send<T> = (client: EC2Client, options: SendOptions) => Promise<T>;

/** Sends calls to EC2: paced, and with our errors instead of the SDK's. */
export class Ec2Caller {
  private readonly pacer: CallPacer;

  constructor(
    private readonly clients: Ec2Clients,
    surroundings: PacerSurroundings,
  ) {
    this.pacer = new CallPacer(surroundings);
  }

  /** The region that is called. */
  region(): Promise<string> {
    return this.clients.other.config.region();
  }

  /** One call. @throws one of our errors, or the signal's reason */
  call<T>(action: string, signal: AbortSignal, send: Send<T>): Promise<T> {
    return this.run(action, signal, () => send(this.clients.other, { abortSignal: signal }));
  }

  /** One call that launches, or would: tried once by the SDK. @throws as call */
  launch<T>(action: string, launch: LaunchSubject, signal: AbortSignal, send: Send<T>): Promise<T> {
    return this.run(action, signal, () => send(this.clients.launching, { abortSignal: signal }), launch);
  }

  /**
   * All pages of one call, each of them paced. A page may be short or empty while there are more; only its token tells.
   * @throws as call
   */
  async *pages<T extends { readonly NextToken?: string | undefined }>(
    action: string,
    signal: AbortSignal,
    send: (client: EC2Client, page: { readonly NextToken?: string }, options: SendOptions) => Promise<T>,
  ): AsyncGenerator<T> {
    let token: string | undefined;
    do {
      const page = token === undefined ? {} : { NextToken: token };
      const answer = await this.call(action, signal, (client, options) => send(client, page, options));
      yield answer;
      token = answer.NextToken;
    } while (token);
  }

  private async run<T>(
    action: string,
    signal: AbortSignal,
    work: () => Promise<T>,
    launch?: LaunchSubject,
  ): Promise<T> {
    signal.throwIfAborted();
    try {
      return await this.pacer.run(action, signal, work);
    } catch (error) {
      throw fromSdkError(action, error, signal, launch);
    }
  }
}

/**
 * The list of an answer. EC2 names it even when it is empty, and the SDK reads a web page as an answer without one: what
 * would then look like an empty account is no EC2 at all.
 */
export function listIn<T>(list: readonly T[] | undefined, action: string): readonly T[] {
  if (list === undefined) throw notEc2(action, "without what EC2's answers have");
  return list;
}

/** Filter values know the wildcards `*` and `?`; a backslash takes them literally. */
export function literal(value: string): string {
  return value.replace(/[\\*?]/g, "\\$&");
}

/** Filters of one tag each, by exact values. */
export function tagFilters(
  tags: Readonly<Record<string, string | readonly string[]>>,
): { Name: string; Values: string[] }[] {
  return Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value].flat().map(literal) }));
}

/** A list in parts of at most `size`; none of an empty list, which EC2 would take for everything. */
export function inParts<T>(list: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < list.length; at += size) parts.push(list.slice(at, at + size));
  return parts;
}
