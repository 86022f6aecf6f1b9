import { dump, load, visit, YAML11_SCHEMA, YAMLException } from "js-yaml";

/** The text is not YAML; the message says where and why. */
export class YamlError extends Error {}

/** Aliases multiply; no configuration needs many. */
const MOST_ALIASES = 100;

/**
 * What a YAML text holds, by the rules of YAML 1.1, which Go's reader follows: a bare `off` is a boolean.
 * @throws YamlError
 */
export function readYaml(text: string): unknown {
  try {
    return load(text, { schema: YAML11_SCHEMA, maxAliases: MOST_ALIASES });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark === undefined || error.mark === null ? "" : `line ${error.mark.line + 1}: `;
    throw new YamlError(`yaml: ${line}${error.reason}`);
  }
}

/** YAML in the form of Go's writer: sorted keys, lists not indented, double quotes where quotes are needed. */
export function writeYaml(value: unknown): string {
  return dump(value, {
    schema: YAML11_SCHEMA,
    lineWidth: -1,
    noRefs: true,
    seqNoIndent: true,
    quoteStyle: "double",
    transform: (documents) =>
      visit(documents, (node) => {
        if (node.kind !== "mapping") return;
        node.items.sort((a, b) => compareKeys(scalarText(a.key), scalarText(b.key)));
      }),
  });
}

function scalarText(node: { readonly kind: string; readonly value?: unknown }): string {
  return node.kind === "scalar" && typeof node.value === "string" ? node.value : "";
}

/** Go's order: letters after other signs, numbers inside keys by their value. */
function compareKeys(a: string, b: string): number {
  const [partsA, partsB] = [a, b].map((key) => key.match(/\d+|[^\d]/gu) ?? []);
  for (let at = 0; ; at += 1) {
    const x = partsA?.[at];
    const y = partsB?.[at];
    if (x === undefined || y === undefined) return (x === undefined ? 0 : 1) - (y === undefined ? 0 : 1);
    if (x === y) continue;
    const [letterX, letterY] = [/\p{L}/u.test(x), /\p{L}/u.test(y)];
    if (letterX !== letterY) return letterX ? 1 : -1;
    const byValue = letterX ? 0 : Number(x) - Number(y);
    return byValue || (x < y ? -1 : 1);
  }
}
