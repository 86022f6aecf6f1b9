import { describe, expect, it } from "@jest/globals";
import { newAccountContent } from "../../../src/sandbox/ec2/account-content.js";

describe("the zones of a new account", () => {
  it.each([
    ["us-west-2", "usw2-az1"],
    ["us-east-1", "use1-az1"],
    ["eu-central-1", "euc1-az1"],
    ["ap-southeast-2", "apse2-az1"],
    ["ap-northeast-1", "apne1-az1"],
    ["us-gov-west-1", "usgw1-az1"],
    ["sa-east-1", "sae1-az1"],
  ])("of %s have the ids that AWS gives them", (region, id) => {
    expect(newAccountContent(region).zones[0]).toEqual({ name: `${region}a`, id });
  });
});
