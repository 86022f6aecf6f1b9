import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";

interface Allocated {
  readonly schemaVersion: number;
  readonly alloc: {
    readonly uri: string;
    readonly id: string;
    readonly resources: Record<string, number>;
    readonly expires: string;
  };
  readonly instance: { readonly id: string; readonly type: string };
  readonly reused: boolean;
  readonly timings: Readonly<Record<string, number>>;
}

interface Listed {
  readonly instances: readonly { readonly allocs: readonly { readonly id: string }[] }[];
}

/** The command line waits for machines that boot. */
const SLOW_MS = 60_000;

let sandbox: E2eSandbox;
beforeAll(async () => {
  sandbox = await startE2eSandbox();
}, SLOW_MS);
afterAll(() => sandbox.stop(), SLOW_MS);

const cluster = (name: string): string[] => ["--sandbox", "--cluster", name];

describe("the main job, through the real command line", () => {
  it(
    "launches, lists, reuses and terminates",
    async () => {
      const { user } = sandbox;
      const first = await user.json<Allocated>([...cluster("job"), "allocate", "--cpu", "3", "--mem", "4GiB"]);
      expect(first).toEqual({
        schemaVersion: 1,
        alloc: {
          uri: expect.stringMatching(/^127\.\d+\.\d+\.\d+:9000\/[0-9a-f]{16}$/),
          id: expect.stringMatching(/^[0-9a-f]{16}$/),
          resources: { cpu: 3, mem: 4 * 2 ** 30 },
          expires: expect.stringMatching(/^20\d\d-.*Z$/),
        },
        instance: {
          id: expect.stringMatching(/^i-[0-9a-f]{17}$/),
          type: expect.any(String),
          zone: expect.stringMatching(/^us-west-2[a-d]$/),
          market: "on-demand",
          publicDnsName: expect.stringMatching(/^127\./),
          hourlyUsd: expect.any(Number),
        },
        reused: false,
        timings: expect.objectContaining({ total: expect.any(Number) }),
      });

      const second = await user.json<Allocated>([...cluster("job"), "allocate", "--cpu", "1", "--mem", "1GiB"]);
      expect({ reused: second.reused, id: second.instance.id }).toEqual({ reused: true, id: first.instance.id });
      expect(await sandbox.alive({ "tag:cluster": "job" })).toHaveLength(1);

      const { instances } = await user.json<Listed>([...cluster("job"), "list"]);
      const [member] = instances;
      expect(member?.allocs.map(({ id }) => id).sort()).toEqual([first.alloc.id, second.alloc.id].sort());

      const ended = await user.json([...cluster("job"), "terminate", first.instance.id, "--yes", "--force"]);
      expect(ended).toEqual({
        schemaVersion: 1,
        instances: [{ id: first.instance.id, from: "running", to: "terminated" }],
      });
      expect(await sandbox.alive({ "tag:cluster": "job" })).toEqual([]);
    },
    SLOW_MS,
  );

  it(
    "writes nothing but the result to standard output, and no warning of Node's to standard error",
    async () => {
      const { code, stdout, stderr } = await sandbox.user.run([...cluster("none"), "list", "-o", "json"]);
      expect({ code, stdout: JSON.parse(stdout) as unknown, warned: /Warning/.test(stderr) }).toEqual({
        code: 0,
        stdout: { schemaVersion: 1, instances: [] },
        warned: false,
      });
    },
    SLOW_MS,
  );
});
