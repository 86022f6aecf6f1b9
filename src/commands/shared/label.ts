import { UsageError } from "../../errors.js";

/** EC2's limits for a tag, which the labels of a configuration become: what is no tag is no label anywhere. */
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;

const HINT = "For example --label project=genomes.";

/**
 * The labels of repeated `--label key=value` flags, in their order. A value may be empty and may hold `=`.
 * @throws UsageError for one without `=` or key, for a key given twice, and for what EC2 takes in no tag.
 */
export function parseLabels(texts: readonly string[]): Readonly<Record<string, string>> {
  const labels = new Map<string, string>();
  for (const text of texts) {
    const [key, value] = parseLabel(text);
    if (labels.has(key)) {
      throw new UsageError(`--label '${key}' is given twice: '${labels.get(key) ?? ""}' and '${value}'`, {
        hint: "Keep one of them.",
      });
    }
    labels.set(key, value);
  }
  return Object.fromEntries(labels);
}

function parseLabel(text: string): [key: string, value: string] {
  const at = text.indexOf("=");
  if (at < 0) throw new UsageError(`--label '${text}' has no '='`, { hint: HINT });
  const key = text.slice(0, at);
  const value = text.slice(at + 1);
  if (key.trim() === "") throw new UsageError(`--label '${text}' has no key`, { hint: HINT });
  if (key.length > MAX_KEY_LENGTH) {
    throw new UsageError(`--label: a key of ${key.length} characters; EC2 takes ${MAX_KEY_LENGTH}`, { hint: HINT });
  }
  if (value.length > MAX_VALUE_LENGTH) {
    throw new UsageError(`--label '${key}': a value of ${value.length} characters; EC2 takes ${MAX_VALUE_LENGTH}`, {
      hint: HINT,
    });
  }
  if (/^aws:/i.test(key)) {
    throw new UsageError(`--label '${key}': keys that begin with 'aws:' belong to AWS`, { hint: HINT });
  }
  return [key, value];
}
