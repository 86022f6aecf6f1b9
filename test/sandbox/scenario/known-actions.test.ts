import { randomBytes } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { ConfigError } from "../../../src/errors.js";
import { Account } from "../../../src/sandbox/ec2/account.js";
import { actions } from "../../../src/sandbox/ec2/actions.js";
import { iamActions } from "../../../src/sandbox/iam/iam-service.js";
import { ROUTES } from "../../../src/sandbox/s3/s3-service.js";
import { KNOWN_ACTIONS } from "../../../src/sandbox/scenario/known-actions.js";
import { parseScenario } from "../../../src/sandbox/scenario/read-scenario.js";
import { FakeClock } from "../../support/fake-clock.js";

describe("the actions that a scenario may name", () => {
  it("are those that the sandbox's services serve", () => {
    const { ec2, iam, s3 } = KNOWN_ACTIONS;
    const account = new Account("us-west-2");
    expect({ ec2: [...ec2!].sort(), iam: [...iam!].sort(), s3: [...s3!].sort() }).toEqual({
      ec2: [...actions.keys()].sort(),
      iam: [...iamActions({ account, clock: new FakeClock(), randomBytes }).keys()].sort(),
      s3: Object.keys(ROUTES).sort(),
    });
  });

  it.each([
    "*",
    "RunInstances",
    "Describe*",
    "ec2:*",
    "s3:Put*",
    "ecr:*",
    "iam:*",
    "servicequotas:*",
    "sts:GetCallerIdentity",
  ])("include %s", (action) => {
    expect(parseScenario(JSON.stringify({ denied: [{ action }] }), "s.yaml").denied).toEqual([{ action }]);
  });

  it.each([
    ["RunInstancez", 'the sandbox serves no action "RunInstancez"; did you mean "RunInstances"?'],
    ["s3:GetObjects", 'the sandbox serves no action "s3:GetObjects"; did you mean "s3:GetObject"?'],
    ["sqs:*", 'the sandbox serves no action "sqs:*"'],
  ])("leave out %s, which no call could ever be", (action, says) => {
    let thrown: unknown;
    try {
      parseScenario(JSON.stringify({ denied: [{ action }] }), "s.yaml");
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ConfigError);
    expect((thrown as ConfigError).problems.map(({ message }) => message)).toEqual([says]);
  });
});
