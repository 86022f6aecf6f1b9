import type { ProbeReport } from "../../cluster/probe/model.js";
import { ReflowEc2Error, UsageError } from "../../errors.js";
import { counted } from "../../lib/counted.js";
import type { World } from "../../world.js";
import type { GlobalOptions } from "../shared/global-options.js";
import type { ClusterSession } from "../shared/with-cluster.js";

/** Keeps what was measured; gives why it could not. */
export async function save(
  report: ProbeReport,
  { cluster, console: { progress } }: ClusterSession,
): Promise<ReflowEc2Error | undefined> {
  try {
    const { path, types } = await cluster.saveMeasured(report);
    progress.note(
      types === 0
        ? "nothing was measured that could be saved"
        : `saved what was measured of ${counted(types, "type")} in ${path}`,
    );
    return undefined;
  } catch (error) {
    if (error instanceof ReflowEc2Error) return error;
    throw error;
  }
}

/** A rehearsal must not teach what is believed of EC2; the sandbox keeps a file of its own. @throws UsageError */
export function refuseRehearsed({ env }: World, { endpointUrl, sandbox }: GlobalOptions): void {
  const endpoint = endpointUrl ?? (env.AWS_ENDPOINT_URL_EC2 || env.AWS_ENDPOINT_URL || "");
  if (sandbox || endpoint === "" || /\.(amazonaws\.com(\.cn)?|api\.aws)(:\d+)?\/?$/.test(endpoint)) return;
  throw new UsageError(`--save would keep what ${endpoint} taught as if it were of AWS`, {
    hint: "Leave --save out, or use --sandbox, which keeps a file of its own.",
  });
}
