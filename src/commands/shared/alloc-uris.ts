import { UsageError } from "../../errors.js";

/** The URIs of a command line, each once. @throws UsageError for none; what is no URI is told by the cluster. */
export function parseAllocUris(uris: readonly string[]): readonly string[] {
  if (uris.length > 0) return [...new Set(uris)];
  throw new UsageError("no alloc is named", {
    hint: "Give URIs as 'reflow-ec2 allocate' prints them and 'reflow-ec2 list -o json' has them.",
  });
}
