import { CapacityError, EndpointError, errorText } from "../../errors.js";
import type { Surroundings } from "./surroundings.js";

/** A connection that breaks six times in a minute will go on breaking. */
const TRIES = 6;
/** Doubled at each try. */
const FIRST_PAUSE_MS = 500;

/**
 * Asks the repository, again where the connection broke or S3 was in trouble.
 * @param what for the event, e.g. `part 3`
 * @throws the last error; at once what another try cannot mend; the signal's reason
 */
export async function persistently<T>(
  { clock, tell }: Surroundings,
  what: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      const passing = error instanceof EndpointError || error instanceof CapacityError;
      if (!passing || attempt >= TRIES) throw error;
      tell({ kind: "upload-retried", what, problem: errorText(error) });
      await clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), signal);
    }
  }
}
