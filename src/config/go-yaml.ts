import { Document, visit } from "yaml";
import { goTags } from "./go-tags.js";

/** Texts that Go's reader of YAML 1.1 takes for booleans, nothing, or merge keys when they stand bare. */
const WORDS = /^(y|yes|n|no|on|off|true|false|null|~|<<|=|\.nan|[-+]?\.inf)$/i;

/** Numbers in any notation, dates and times; texts of these letters alone are quoted, needed or not. */
const NUMBER_LIKE = /^[-+]?\.?[0-9][0-9_.:eExXoObBTZ+ a-fA-F-]*$/;

/** How YAML is laid out where it joins a file that has a style of its own. */
export interface GoYamlLayout {
  /** Spaces for each level. Default: 2. */
  readonly indent?: number;
  /** Lists stand further right than their key. Default: false. */
  readonly indentSeq?: boolean;
  /** All in one line, in braces and brackets. Default: false. */
  readonly flow?: boolean;
  /** Other text may follow: no block literals that would take its blank lines. Default: false. */
  readonly inside?: boolean;
}

/**
 * Plain data as YAML in the form that Reflow's Go library writes, byte for byte for what Reflow writes: keys in natural
 * order, lists not indented, texts of several lines as block literals, quotes where YAML 1.1 would see something else.
 */
export function goYaml(value: unknown, layout: GoYamlLayout = {}): string {
  const { indent = 2, indentSeq = false, flow = false } = layout;
  const document = new Document(sorted(value), {
    version: "1.1",
    customTags: goTags,
    aliasDuplicateObjects: false,
  });
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === "string") node.type = style(node.value, layout);
    },
    Collection: (_key, node) => {
      if (flow) node.flow = true;
    },
  });
  return document.toString({
    indent,
    indentSeq,
    lineWidth: 0,
    singleQuote: true,
    nullStr: "null",
    flowCollectionPadding: false,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  });
}

function style(text: string, { flow, inside }: GoYamlLayout): "PLAIN" | "QUOTE_DOUBLE" | "BLOCK_LITERAL" {
  if (text === "" || WORDS.test(text) || NUMBER_LIKE.test(text)) return "QUOTE_DOUBLE";
  if (!text.includes("\n")) return "PLAIN";
  return flow === true || (inside === true && !SELF_CONTAINED.test(text)) ? "QUOTE_DOUBLE" : "BLOCK_LITERAL";
}

/** As a block literal it needs no more in its header than whether its last line ends. */
const SELF_CONTAINED = /^\S[^]*[^\n]\n?$/;

/** Maps keep the order of their keys whatever they look like; objects put `10` before `a`. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => compareKeys(a, b));
  return new Map(entries.map(([key, child]) => [key, sorted(child)]));
}

/**
 * Natural order: numbers within keys count as numbers (`9xlarge` before `10xlarge`), signs and digits come before
 * letters. Reflow's library compares the same but for a digit against a letter behind equal digits, where its answers
 * contradict each other and the order it writes is chance.
 */
export function compareKeys(a: string, b: string): number {
  const left = tokens(a);
  const right = tokens(b);
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const order = compareTokens(left[index] ?? "", right[index] ?? "");
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Runs of digits, and every other character by itself. */
function tokens(key: string): readonly string[] {
  return key.match(/\d+|[^\d]/gu) ?? [];
}

function compareTokens(a: string, b: string): number {
  if (a === b) return 0;
  const rank = Number(/\p{L}/u.test(a)) - Number(/\p{L}/u.test(b));
  if (rank !== 0) return rank;
  const bothNumbers = /^\d/.test(a) && /^\d/.test(b);
  const difference = bothNumbers ? Number(a) - Number(b) : 0;
  return difference !== 0 && !Number.isNaN(difference) ? difference : a < b ? -1 : 1;
}
