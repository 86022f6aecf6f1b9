import { ConfigError } from "../../errors.js";
import { emit, type ClusterContext } from "../context.js";

/**
 * Makes sure that the bootstrap's URL leads to a program, as far as can be seen from here: instances may reach more, or
 * less, than this machine.
 * @throws ConfigError when something else answers; the signal's reason.
 */
export async function checkBootstrapUrl(context: ClusterContext, signal: AbortSignal): Promise<void> {
  const verdict = await context.checkBootstrap?.(signal);
  if (verdict === undefined || verdict.kind === "there") return;
  const url = shown(context.settings.launch.bootstrapUrl);
  if (verdict.kind === "unreachable") {
    emit(context, { kind: "warning", message: `the bootstrap ${url} was not checked: ${verdict.problem}` });
    return;
  }
  throw new ConfigError(`the bootstrap ${url} cannot be used: ${verdict.problem}`, [], {
    hint: "set `bootstrap: bootstrapimage,uri=…` to where a bootstrap program is, or to `bootstrap` for Reflow's own",
  });
}

/** Without what may let its holder in: the name and password before the host, and the query, which may be a signature. */
function shown(url: string): string {
  return url.replace(/^(https:\/\/)[^/?#]*@/, "$1…@").replace(/\?.*$/s, "?…");
}
