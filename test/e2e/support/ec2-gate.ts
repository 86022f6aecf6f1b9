import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** Right before EC2 hears of a call, or right after it has answered and before the answer is delivered. */
export type Moment = "before" | "after";

/** One of a command's calls, counted from 1, and a moment of it. */
export interface Strike {
  readonly call: number;
  readonly moment: Moment;
  /** What happens then; the call goes on afterwards where this gives true, else its connection is cut. */
  readonly act: () => Promise<boolean>;
}

/** Stands between one command and EC2: passes calls on, and lets something happen at one moment of one of them. */
export class Ec2Gate {
  /** The actions of the calls that came, in their order. */
  readonly calls: string[] = [];
  /** Where the command finds it. */
  url = "";
  private readonly server = createServer((incoming, outgoing) => {
    this.pass(incoming, outgoing).catch(() => outgoing.destroy());
  });

  private constructor(
    private readonly endpoint: string,
    private readonly strike: Strike | undefined,
  ) {}

  /** @param strike none: all calls are passed on and counted */
  static async open(endpoint: string, strike?: Strike): Promise<Ec2Gate> {
    const gate = new Ec2Gate(endpoint, strike);
    gate.server.listen(0, "127.0.0.1");
    await once(gate.server, "listening");
    gate.url = `http://127.0.0.1:${(gate.server.address() as AddressInfo).port}`;
    return gate;
  }

  /** The action of the call that was struck; undefined when the command ended before. */
  get struck(): string | undefined {
    return this.strike && this.calls[this.strike.call - 1];
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const call = this.calls.push(actionOf(incoming, body));
    if (!(await this.goesOn(call, "before"))) return void outgoing.destroy();
    const { method, url = "/", headers } = incoming;
    const forwarded = request(new URL(url, this.endpoint), { method, headers });
    forwarded.end(body);
    const [answer] = (await once(forwarded, "response")) as [IncomingMessage];
    const content = await buffer(answer);
    if (!(await this.goesOn(call, "after"))) return void outgoing.destroy();
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(content);
  }

  private async goesOn(call: number, moment: Moment): Promise<boolean> {
    const { strike } = this;
    if (strike?.call !== call || strike.moment !== moment) return true;
    return strike.act();
  }
}

/** EC2 and STS have it in the form, ECR in a header, S3 in method and path. */
function actionOf({ headers, method = "", url = "" }: IncomingMessage, body: Buffer): string {
  const target = headers["x-amz-target"]?.toString();
  return new URLSearchParams(body.toString("latin1")).get("Action") ?? target ?? `${method} ${url}`;
}
