import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DescribeSecurityGroupsCommand, type SecurityGroup } from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { SetupPlanJson, SetupResultJson } from "../../src/terminal/json/setup.js";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";

const SLOW_MS = 120_000;

let sandbox: E2eSandbox;
beforeAll(async () => {
  sandbox = await startE2eSandbox(["--empty"]);
}, SLOW_MS);
afterAll(() => sandbox.stop(), SLOW_MS);

/** Path of a configuration in a directory of its own. */
async function configIn(name: string): Promise<string> {
  await mkdir(join(sandbox.user.home, name));
  return join(sandbox.user.home, name, "config.yaml");
}
const groupsOfReflow = async (): Promise<readonly SecurityGroup[]> => {
  const answer = await sandbox.ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: "group-name", Values: ["reflow"] }] }),
  );
  return answer.SecurityGroups ?? [];
};
const rulesOf = ({ IpPermissions = [] }: SecurityGroup = {}): readonly string[] =>
  IpPermissions.flatMap(({ FromPort = 0, IpRanges = [], UserIdGroupPairs = [] }) => [
    ...IpRanges.map(({ CidrIp }) => `${FromPort} ${CidrIp}`),
    ...UserIdGroupPairs.map(({ GroupId }) => `${FromPort} ${GroupId}`),
  ]).sort();
const setup = <T = SetupResultJson>(config: string, ...flags: readonly string[]): Promise<T> =>
  sandbox.user.json<T>(["--sandbox", "-c", config, "setup", "--yes", ...flags]);
/** Every file of a configuration's directory that others may read. */
const openFiles = (config: string): readonly string[] =>
  readdirSync(join(config, "..")).filter((name) => (statSync(join(config, "..", name)).mode & 0o077) !== 0);

describe("from an empty account to an alloc, and back", () => {
  it(
    "two setups make one group, a third changes nothing, allocate works, undoing waits for its instance",
    async () => {
      const { user } = sandbox;
      const [one, other] = [await configIn("one"), await configIn("other")];
      const [first, second] = await Promise.all([setup(one), setup(other)]);
      const groups = await groupsOfReflow();
      expect(groups.map(({ GroupId }) => GroupId)).toEqual([first.securityGroup]);
      expect(second.securityGroup).toBe(first.securityGroup);
      expect(rulesOf(groups[0])).toEqual([
        `0 ${first.securityGroup}`,
        "22 198.51.100.7/32",
        "9000 172.31.0.0/16",
        "9000 198.51.100.7/32",
      ]);
      expect(groups[0]?.Tags?.map(({ Key, Value }) => `${Key}=${Value}`).sort()).toEqual([
        "Name=reflow",
        "reflow-ec2:made=setup",
        "reflow-sg=true",
      ]);
      expect([first.missing, openFiles(one), openFiles(other)]).toEqual([[], [], []]);

      const before = readFileSync(one, "utf8");
      const again = await setup(one);
      expect([again.changed, again.backup, readFileSync(one, "utf8")]).toEqual([false, null, before]);
      expect(readdirSync(join(one, "..")).sort()).toEqual(["config.yaml", "reflow.pem"]);

      const global = ["--sandbox", "-c", one];
      await user.json([...global, "allocate", "--cpu", "1"]);
      const refused = await user.run([...global, "setup", "--undo", "--yes"]);
      expect([refused.code, refused.stderr]).toEqual([
        2,
        expect.stringContaining("expected no members of the cluster"),
      ]);

      await user.json([...global, "terminate", "--all", "--yes", "--force"]);
      const undone = await setup(one, "--undo");
      expect(undone.steps.map(({ kind, outcome }) => [kind, outcome])).toEqual([
        ["security-group", "removed"],
        ["instance-profile", "removed"],
        ["authority", "removed"],
        ["config", "removed"],
      ]);
      expect(await groupsOfReflow()).toEqual([]);
      expect((await setup<SetupPlanJson>(one, "--undo", "--dry-run")).steps).toEqual([]);
    },
    SLOW_MS,
  );
});
