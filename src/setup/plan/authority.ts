import { counted } from "../../lib/counted.js";
import type { SetupFacts } from "../facts.js";
import type { PlanPart, SetupStep } from "../model.js";

const WHY = "instances and everybody who talks to them have their certificates from it";

/**
 * The TLS authority: made only where there is none, and never while members of the cluster exist, which have theirs
 * from another.
 */
export function planAuthority({ authority, members, target }: SetupFacts): PlanPart {
  const { configPath } = target;
  const problem = (key: string, message: string): PlanPart => ({
    steps: [],
    problems: [{ source: configPath, key, message }],
  });
  if (authority.kind === "sealed") {
    if (authority.problem !== undefined) return problem("instances.tls", authority.problem);
    return { steps: [exists(`TLS authority sealed in ${configPath}`)] };
  }
  const { path, look } = authority;
  if (authority.problem !== undefined) return problem("tls", authority.problem);
  if (look === undefined) {
    if (members.length > 0) {
      const ids = members.slice(0, 3).map(({ id }) => id);
      return problem(
        "tls",
        `expected the authority of ${counted(members.length, "member")} of the cluster (${ids.join(", ")}${members.length > 3 ? ", ..." : ""}) in ${path}, found no such file. ` +
          "Copy it there from where they were launched, or end them with `reflow-ec2 terminate`: under a new authority nobody could reach them",
      );
    }
    if (path.includes(",")) {
      return problem("tls", `expected a path without commas, which Reflow's file cannot hold; found ${path}`);
    }
    return {
      steps: [
        {
          kind: "authority",
          state: "to-make",
          what: `TLS authority ${path}`,
          why: WHY,
          details: ["RSA 2048, mode 0600; keep it: who has it can speak to every instance of the cluster"],
          act: { do: "make-authority", path },
        },
      ],
    };
  }
  const steps: SetupStep[] = [exists(`TLS authority ${path}`)];
  return { steps: look.openToOthers ? [...steps, restrict(path)] : steps };
}

function exists(what: string): SetupStep {
  return { kind: "authority", state: "exists", what, why: WHY, details: [] };
}

/** A file with secrets that others may read. */
export function restrict(path: string): SetupStep {
  return {
    kind: "file-mode",
    state: "to-change",
    what: `mode 0600 of ${path}`,
    why: "it holds secrets, and others may read it",
    details: [],
    act: { do: "restrict-file", path },
  };
}
