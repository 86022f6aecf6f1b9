import { describe, expect, it } from "@jest/globals";
import { admits } from "../../../src/sandbox/ec2/ingress.js";
import type { IngressRule } from "../../../src/sandbox/ec2/records.js";

const tcp = (fromPort: number, toPort: number, ...cidrs: string[]): IngressRule => ({
  protocol: "tcp",
  fromPort,
  toPort,
  cidrs,
  groupIds: [],
});

describe("whether security groups admit 198.51.100.7 to port 9000", () => {
  it.each<[rules: IngressRule[], expected: boolean]>([
    [[], false],
    [[tcp(9000, 9000, "198.51.100.7/32")], true],
    [[tcp(9000, 9000, "198.51.100.8/32")], false],
    [[tcp(22, 22, "0.0.0.0/0")], false],
    [[tcp(22, 22, "0.0.0.0/0"), tcp(8000, 9999, "198.51.100.0/24")], true],
    [[{ protocol: "-1", cidrs: ["0.0.0.0/0"], groupIds: [] }], true],
    [[{ protocol: "-1", cidrs: [], groupIds: ["sg-1"] }], false],
    [[{ ...tcp(9000, 9000, "0.0.0.0/0"), protocol: "udp" }], false],
  ])("%j", (ingress, expected) => {
    const group = { id: "sg-1", name: "g", description: "", vpcId: "vpc-1", ingress };
    expect(admits([group], "198.51.100.7", 9000)).toBe(expected);
  });
});
