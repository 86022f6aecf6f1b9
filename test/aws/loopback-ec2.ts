import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "@jest/globals";
import type { PacerSurroundings } from "../../src/aws/call-pacer.js";
import { createEc2Clients } from "../../src/aws/clients.js";
import { Ec2Adapter } from "../../src/aws/ec2-adapter.js";
import type { Ec2Clients } from "../../src/aws/ec2-caller.js";
import { REAL_TIME } from "./real-time.js";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

/** A request as it came over the wire: its parameters without `Action` and `Version`. */
export type WireCall = readonly [action: string, parameters: Readonly<Record<string, string>>];

/** EC2's answer to a call: members as XML (status 200), or a refusal. */
export type WireAnswer = string | { readonly status: number; readonly code: string; readonly message?: string };

const opened: { readonly server: Server; readonly clients: Ec2Clients }[] = [];

/** Ends what loopbackEc2 has opened in a test. To be called once in a file. */
export function closeLoopbacks(): void {
  afterEach(() => {
    for (const { server, clients } of opened.splice(0)) {
      clients.launching.destroy();
      clients.other.destroy();
      server.close();
      server.closeAllConnections();
    }
  });
}

/** The adapter on a server that speaks EC2's XML and answers as it is told; `calls` is what the server heard. */
export async function loopbackEc2(
  answer: (action: string, parameters: Readonly<Record<string, string>>) => WireAnswer,
  surroundings: Partial<PacerSurroundings> = {},
): Promise<{ readonly adapter: Ec2Adapter; readonly calls: WireCall[] }> {
  const calls: WireCall[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { Action = "", Version: _version, ...parameters } = Object.fromEntries(new URLSearchParams(body));
      calls.push([Action, parameters]);
      const said = answer(Action, parameters);
      response.writeHead(typeof said === "string" ? 200 : said.status, { "Content-Type": "text/xml;charset=UTF-8" });
      response.end(typeof said === "string" ? `<${Action}Response>${said}</${Action}Response>` : refusal(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const clients = createEc2Clients({
    region: "us-west-2",
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: async () => ({ accessKeyId: "AKIATEST", secretAccessKey: "test" }),
  });
  opened.push({ server, clients });
  return { adapter: new Ec2Adapter(clients, { ...REAL_TIME, ...surroundings }), calls };
}

function refusal({ code, message = "said EC2" }: Exclude<WireAnswer, string>): string {
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return `<Response><Errors>${error}</Errors><RequestID>r</RequestID></Response>`;
}
