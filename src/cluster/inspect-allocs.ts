import { leaseFailure } from "../pool/leases.js";
import type { AllocInspect, CallOptions, ReflowletClient } from "../pool/reflowlet-client.js";

/**
 * All allocs of a reflowlet that have not been freed or collected, expired ones included. One that is freed between
 * the list and its inspection is left out: it says nothing about the others.
 */
export async function inspectAllocs(client: ReflowletClient, options: CallOptions): Promise<readonly AllocInspect[]> {
  const listed = await client.allocs(options);
  const inspected = await Promise.all(
    listed.map(({ id }) =>
      client.inspect(id, options).catch((error: unknown) => {
        if (leaseFailure(error) === "trouble") throw error;
        return undefined;
      }),
    ),
  );
  return inspected.filter((alloc) => alloc !== undefined).filter(({ zombie }) => !zombie);
}
