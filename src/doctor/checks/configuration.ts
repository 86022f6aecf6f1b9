import { hasSecrets } from "../../config/mask-config.js";
import { counted } from "../../lib/counted.js";
import type { Check, DoctorContext } from "../check.js";
import { failure, type Finding, findingOf, ok, skippedFor, warning } from "../finding.js";

const CONSEQUENCE = "no command that needs the cluster works";

/** The file is there and has no mistakes. */
export const configuration: Check = {
  name: "configuration",
  needs: [],
  consequence: CONSEQUENCE,
  async run(context) {
    const { configuration: state, config } = context;
    if (state.kind !== "read") return findingOf(state.error, CONSEQUENCE);
    const open = await secretsForOthers(context);
    if (open !== undefined) return open;
    const { warnings } = config;
    if (warnings.length > 0) {
      return warning(
        warnings.length === 1 ? (warnings[0] ?? "") : `${config.source}: ${counted(warnings.length, "warning")}`,
        "something in the file does not do what it seems to",
        `edit ${config.source}`,
        warnings.length === 1 ? undefined : warnings.map((message) => ({ source: config.source, key: "", message })),
      );
    }
    return ok(`${config.source}, for Reflow of ${config.generation}`);
  },
};

/** Secrets in a file that others may read are others' secrets, too. */
async function secretsForOthers({ config, fileMode }: DoctorContext): Promise<Finding | undefined> {
  if (!hasSecrets(config.entries)) return undefined;
  const mode = await fileMode(config.source);
  if (mode === undefined || (mode & 0o077) === 0) return undefined;
  return warning(
    `${config.source} holds secrets, and its mode is ${modeText(mode)}`,
    "other users of this machine may read them and use them",
    `chmod 600 ${config.source}`,
  );
}

/** The configuration says all that a launch needs. */
export const settings: Check = {
  name: "settings",
  needs: ["configuration", "region"],
  consequence: "nothing can be launched",
  async run({ place }) {
    const { launchProblems } = (await place()).core.settings;
    const [first] = launchProblems;
    if (first === undefined) return ok("all that a launch needs is set");
    const several = launchProblems.length > 1;
    return failure(
      2,
      several ? `${launchProblems.length} settings stand in the way of every launch` : `${first.key}: ${first.message}`,
      "allocate and probe refuse before anything is launched; list and terminate work",
      `edit ${first.source}, or let \`reflow-ec2 setup\` do it`,
      several ? launchProblems : undefined,
    );
  },
};

/** There is a region, and the catalogue knows it. */
export const region: Check = {
  name: "region",
  needs: [],
  consequence: CONSEQUENCE,
  async run({ configuration: state, place }) {
    try {
      return ok((await place()).region);
    } catch (error) {
      // The file may say what cannot be read now.
      if (state.kind === "broken") return skippedFor("configuration");
      return findingOf(error, CONSEQUENCE);
    }
  },
};

/** `0644`. */
export function modeText(mode: number): string {
  return `0${(mode & 0o777).toString(8).padStart(3, "0")}`;
}
