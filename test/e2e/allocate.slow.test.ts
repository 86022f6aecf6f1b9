import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";

interface Allocated {
  readonly alloc: { readonly uri: string };
}

type Amounts = Readonly<Record<string, number>>;

interface Listed {
  readonly instances: readonly {
    readonly total: Amounts;
    readonly available: Amounts;
    readonly allocs: readonly { readonly resources: Amounts }[];
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

describe("two allocates at the same time", () => {
  it(
    "are both served, and never given more than there is",
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
