import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { createEc2Clients } from "../../src/aws/clients.js";
import { Ec2Adapter } from "../../src/aws/ec2-adapter.js";
import type { Ec2Clients } from "../../src/aws/ec2-caller.js";
import { REAL_TIME } from "./real-time.js";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const signal = new AbortController().signal;

let server: Server | undefined;
let clients: Ec2Clients | undefined;
afterEach(() => {
  clients?.launching.destroy();
  clients?.other.destroy();
  server?.close();
  server?.closeAllConnections();
});

/** The adapter on a server that gives everyone the same answer with status 200. */
async function adapterOf(contentType: string, body: string): Promise<Ec2Adapter> {
  const opened = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "Content-Type": contentType });
    response.end(body);
  });
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, "127.0.0.1", resolve));
  clients = createEc2Clients({
    region: "us-west-2",
    endpointUrl: `http://127.0.0.1:${(opened.address() as AddressInfo).port}`,
    credentials: async () => ({ accessKeyId: "AKIATEST", secretAccessKey: "test" }),
  });
  return new Ec2Adapter(clients, REAL_TIME);
}

const ANSWERS = [
  { what: "a web page", contentType: "text/html", body: "<html><body><h1>Welcome</h1></body></html>" },
  { what: "nothing", contentType: "text/plain", body: "" },
  { what: "JSON", contentType: "application/json", body: '{"reservations": []}' },
  {
    what: "another service's XML",
    contentType: "text/xml",
    body: "<ListBucketResult><Name>x</Name></ListBucketResult>",
  },
  { what: "half of EC2's XML", contentType: "text/xml", body: "<DescribeInstancesResponse><reservationSet><item>" },
];

describe("an endpoint that answers every call with status 200", () => {
  it.each(ANSWERS)("and $what is not taken for an empty account", async ({ contentType, body }) => {
    const adapter = await adapterOf(contentType, body);
    const notEc2 = {
      code: "endpoint",
      message: expect.stringContaining("not as EC2 does"),
      hint: expect.stringContaining("--endpoint-url"),
    };
    await expect(adapter.describeInstances({}, signal)).rejects.toMatchObject(notEc2);
    await expect(adapter.describeImages({}, signal)).rejects.toMatchObject(notEc2);
    await expect(adapter.terminateInstances(["i-0123456789abcdef0"], signal)).rejects.toMatchObject(notEc2);
  });

  it.each([
    [
      "no instances",
      "<DescribeInstancesResponse><requestId>r</requestId><reservationSet/></DescribeInstancesResponse>",
    ],
    ["an empty list", "<DescribeInstancesResponse><reservationSet>\n</reservationSet></DescribeInstancesResponse>"],
  ])("and EC2's words for %s is an empty account", async (_what, body) => {
    const adapter = await adapterOf("text/xml;charset=UTF-8", body);
    expect(await adapter.describeInstances({}, signal)).toEqual([]);
  });
});
