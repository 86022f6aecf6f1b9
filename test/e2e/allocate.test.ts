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
  readonly instances: readonly {
    readonly id: string;
    readonly total: Record<string, number>;
    readonly available: Record<string, number>;
    readonly allocs: readonly { readonly id: string; readonly resources: Record<string, number> }[];
  }[];
}

/** The command line waits for machines that boot. */
const SLOW_MS = 60_000;

let sandbox: E2eSandbox;
beforeAll(async () => {
  sandbox = await startE2eSandbox();
}, SLOW_MS);
afterAll(() => sandbox.stop(), SLOW_MS);

const cluster = (name: string): string[] => ["--sandbox", "--cluster", name];
const sum = (values: readonly (number | undefined)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

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
    "serves two that ask at the same time, and never gives more than there is",
    async () => {
      const { user } = sandbox;
      const ask = (): Promise<Allocated> =>
        user.json<Allocated>([...cluster("two"), "allocate", "--cpu", "1", "--mem", "1GiB"]);
      const [one, other] = await Promise.all([ask(), ask()]);
      expect(one.alloc.uri).not.toBe(other.alloc.uri);
      const { instances } = await user.json<Listed>([...cluster("two"), "list"]);
      for (const { total, available, allocs } of instances) {
        for (const key of ["cpu", "mem", "disk"]) {
          expect((available[key] ?? 0) + sum(allocs.map(({ resources }) => resources[key]))).toBe(total[key] ?? 0);
        }
      }
      expect(instances.flatMap(({ allocs }) => allocs)).toHaveLength(2);
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

describe("Ctrl-C", () => {
  const STEPS = [
    "waiting for EC2 to accept the launch",
    "waiting for the instance to run",
    "waiting for the bootstrap",
    "waiting for the installation of the reflowlet",
    "waiting for the reflowlet (",
    "waiting for the reflowlet to tag its instance",
  ];

  it(
    "leaves no instance in EC2, whichever step it interrupts",
    async () => {
      const interrupt = async (text: string, step: number): Promise<object> => {
        const name = `stopped-${step}`;
        const running = sandbox.user.start([...cluster(name), "allocate", "--cpu", "1", "--mem", "1GiB"]);
        await running.sees(text);
        running.child.kill("SIGINT");
        const { code, stdout } = await running.ended;
        return { text, code, stdout, alive: await sandbox.alive({ "tag:cluster": name }) };
      };
      expect(await Promise.all(STEPS.map(interrupt))).toEqual(
        STEPS.map((text) => ({ text, code: 130, stdout: "", alive: [] })),
      );
    },
    SLOW_MS,
  );

  it(
    "by its time limit leaves no instance in EC2, and says what it waited for",
    async () => {
      const args = [...cluster("late"), "allocate", "--cpu", "1", "--mem", "1GiB", "--timeout", "1500ms"];
      const { code, stderr } = await sandbox.user.run(args);
      expect({ code, said: /timed out after 1.5 s, while (waiting|looking)/.test(stderr) }).toEqual({
        code: 124,
        said: true,
      });
      expect(await sandbox.alive({ "tag:cluster": "late" })).toEqual([]);
    },
    SLOW_MS,
  );
});
