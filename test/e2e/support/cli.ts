import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../../bin/reflow-ec2.js", import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when standard error has the text; rejects when the command ends without it. */
  sees(text: string): Promise<void>;
}

/** A user of the real command line with a home and a state directory of its own, and none of this process's AWS settings. */
export class CliUser {
  private constructor(
    readonly home: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async create(env: Readonly<Record<string, string>> = {}): Promise<CliUser> {
    const home = await mkdtemp(join(tmpdir(), "reflow-ec2-e2e-"));
    return new CliUser(home, {
      PATH: process.env["PATH"] ?? "",
      HOME: home,
      XDG_STATE_HOME: join(home, "state"),
      CI: "true",
      ...env,
    });
  }

  /** Starts a command. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    return this.follow([process.execPath, PROGRAM, ...args], env);
  }

  /** Starts a command whose standard input and output are closed, which is not the same as empty. */
  startClosed(args: readonly string[]): Running {
    return this.follow(["sh", "-c", 'exec "$@" <&- >&-', "sh", process.execPath, PROGRAM, ...args], {});
  }

  private follow([file, ...args]: readonly [string, ...string[]], env: Readonly<Record<string, string>>): Running {
    const child = spawn(file, args, { env: { ...this.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    const waiting = new Set<() => void>();
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      for (const look of waiting) look();
    });
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, stdout, stderr }));
    });
    const sees = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!stderr.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void ended.then(({ code }) => reject(new Error(`ended with ${code} without "${text}":\n${stderr}`)), reject);
      });
    return { child, ended, sees };
  }

  /** Runs a command to its end. */
  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.start(args, env).ended;
  }

  /** Runs a command that must succeed, and gives its JSON. */
  async json<T>(args: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await this.run([...args, "-o", "json"]);
    if (code !== 0) throw new Error(`reflow-ec2 ${args.join(" ")} ended with ${code}:\n${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** Stops the user's sandbox, if one runs, and removes the home. */
  async leave(): Promise<void> {
    await this.run(["sandbox", "stop"]);
    await rm(this.home, { recursive: true, force: true });
  }
}
