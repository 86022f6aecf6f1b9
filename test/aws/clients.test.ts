import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { createEc2Clients } from "../../src/aws/clients.js";
import { Ec2Adapter } from "../../src/aws/ec2-adapter.js";
import type { Ec2Clients } from "../../src/aws/ec2-caller.js";
import { REAL_TIME } from "./real-time.js";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const EMPTY = "<DescribeInstancesResponse><requestId>r</requestId><reservationSet/></DescribeInstancesResponse>";

let server: Server | undefined;
let clients: Ec2Clients | undefined;
afterEach(() => {
  clients?.launching.destroy();
  clients?.other.destroy();
  server?.close();
  server?.closeAllConnections();
});

describe("the clients of EC2", () => {
  it("tell of every request once it is signed, before its answer is there", async () => {
    const happened: string[] = [];
    const opened = createServer((request, response) => {
      request.resume();
      happened.push("asked");
      response.writeHead(200, { "Content-Type": "text/xml" });
      response.end(EMPTY);
    });
    server = opened;
    await new Promise<void>((resolve) => opened.listen(0, "127.0.0.1", resolve));
    clients = createEc2Clients({
      region: "us-west-2",
      endpointUrl: `http://127.0.0.1:${(opened.address() as AddressInfo).port}`,
      credentials: async () => {
        happened.push("credentials found");
        return { accessKeyId: "AKIATEST", secretAccessKey: "test" };
      },
      onWaiting: () => happened.push("waiting"),
    });
    await new Ec2Adapter(clients, REAL_TIME).describeInstances({}, new AbortController().signal);
    expect(happened).toEqual(["credentials found", "waiting", "asked"]);
  });
});
