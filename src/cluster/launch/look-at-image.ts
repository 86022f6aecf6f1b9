import { AccessError, errorText } from "../../errors.js";
import { emit, type ClusterContext } from "../context.js";
import type { MachineImage } from "../ports.js";

/**
 * One image: undefined where the region has none of that id for this account, `hidden` where the credentials may not
 * look, which a launch does not need and which is warned of.
 * @throws EndpointError; the signal's reason
 */
export async function lookAtImage(
  context: ClusterContext,
  id: string,
  signal: AbortSignal,
): Promise<MachineImage | undefined | "hidden"> {
  try {
    const [image] = await context.ec2.describeImages({ ids: [id] }, signal);
    return image;
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    emit(context, { kind: "warning", message: `the image ${id} could not be looked at: ${errorText(error)}` });
    return "hidden";
  }
}

/** Whether an image of Flatcar's may be launched still; one that may not be looked at is taken to be there. */
export async function isThere(context: ClusterContext, id: string, signal: AbortSignal): Promise<boolean> {
  const seen = await lookAtImage(context, id, signal);
  return seen === "hidden" || seen?.state === "available";
}
