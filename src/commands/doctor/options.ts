import { UsageError } from "../../errors.js";
import type { OutputFormat } from "../shared/global-options.js";

/** What `doctor` is told beside the global flags. */
export interface DoctorFlags {
  /** Look at everything, or print the least policy: of the configuration, or of `setup`. */
  readonly show: "findings" | "policy" | "setup-policy";
}

/** What commander gives for `doctor`. */
export interface RawDoctor {
  readonly policy?: boolean;
  readonly setup?: boolean;
}

/** @throws UsageError for `--setup` without `--policy`, and for a policy in another format than its own */
export function parseDoctorFlags({ policy = false, setup = false }: RawDoctor, output: OutputFormat): DoctorFlags {
  if (setup && !policy) {
    throw new UsageError("--setup is about --policy", {
      hint: "`reflow-ec2 doctor --policy --setup` prints what setup needs.",
    });
  }
  if (policy && output !== "table" && output !== "json") {
    throw new UsageError(`--policy and --output ${output} exclude each other`, { hint: "A policy is JSON." });
  }
  if (!policy) return { show: "findings" };
  return { show: setup ? "setup-policy" : "policy" };
}
