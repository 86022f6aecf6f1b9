import { refusalOf } from "../../cluster/refusals/classify.js";

/**
 * Gives `otherwise` where AWS refused with one of the codes: what is there already, or already gone.
 * @throws everything else that the work throws
 */
export async function unlessRefused<T, O>(
  codes: readonly string[],
  work: () => Promise<T>,
  otherwise: O,
): Promise<T | O> {
  try {
    return await work();
  } catch (error) {
    if (!codes.includes(refusalOf(error)?.code ?? "")) throw error;
    return otherwise;
  }
}
