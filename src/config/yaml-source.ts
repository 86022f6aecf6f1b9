import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { Alias, Document, ParsedNode, Scalar, YAMLError, YAMLMap } from "yaml";
import { goTags } from "./go-tags.js";
import { MAX_DEPTH, yamlLimitProblem } from "./yaml-limits.js";
import type { YamlPath, YamlProblem } from "./yaml-problem.js";

/** A YAML text as plain data that remembers its lines. */
export interface YamlSource {
  /** Plain objects, lists, texts, numbers, booleans and null; undefined when the text cannot be read at all. */
  readonly value: unknown;
  /** 1-based line of the key or list item at `path`, else of the nearest one above it. */
  readonly lineOf: (path: YamlPath) => number;
  readonly problems: readonly YamlProblem[];
}

/** Aliases can make a short text describe an endless one. Reflow's files hold some five hundred values. */
const MAX_VALUES = 50_000;

/**
 * Reads one YAML 1.1 document, as the Go programs do: a bare `off` is a boolean, merge keys and aliases work.
 * Never throws: all mistakes are in `problems`.
 * @param asText tells for a path that the reader wants text there, as Go does for its text fields: `0644` stays `0644`.
 */
export function readYaml(text: string, asText: (path: YamlPath) => boolean): YamlSource {
  const early = yamlLimitProblem(text);
  if (early !== undefined) return { value: undefined, lineOf: () => early.line, problems: [early] };
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: "1.1",
    lineCounter: lines,
    prettyErrors: false,
    // Looked for by the reader below, as the library compares every key with every other.
    uniqueKeys: false,
    customTags: goTags,
  });
  const problems = [...document.errors, ...document.warnings].map((failure) => {
    return { line: Math.max(1, lines.linePos(failure.pos[0]).line), path: [], message: complaint(failure) };
  });
  const { yaml } = document.directives;
  if (yaml.explicit === true && yaml.version !== "1.1") {
    problems.push({ line: 1, path: [], message: `expected YAML 1.1, found the directive %YAML ${yaml.version}` });
  }
  if (problems.length > 0) {
    return { value: undefined, lineOf: () => problems[0]?.line ?? 1, problems: firstOfEachLine(problems) };
  }
  const reader = new NodeReader(lines, resolveAliases(document), asText);
  const root = reader.read(document.contents, [], 1);
  return { value: root.value, lineOf: (path) => lineOf(root, path), problems: reader.problems };
}

/** Complaints of the library that go on with the file's text; it may be a private key. */
const COMPLAINT_WITH_TEXT = /(YAML stream|YAML token|extra characters): [^]*$/;

/** The library's complaint in a user's words; its own text where that is good enough. */
function complaint(failure: YAMLError): string {
  switch (failure.code) {
    case "MULTIPLE_DOCS":
      return "expected one document, found a second one";
    case "RESOURCE_EXHAUSTION":
      return `expected at most ${MAX_DEPTH} levels, found many more`;
    default:
      return `expected YAML: ${failure.message.replace(COMPLAINT_WITH_TEXT, "$1").slice(0, 200)}`;
  }
}

/** One slip confuses the parser for the rest of the line; its first complaint is the true one. */
function firstOfEachLine(problems: readonly YamlProblem[]): readonly YamlProblem[] {
  return [...new Map([...problems].reverse().map((problem) => [problem.line, problem])).values()].sort(
    (a, b) => a.line - b.line,
  );
}

/** What each alias stands for: the last anchor of its name before it. One pass, however many aliases there are. */
function resolveAliases(document: Document.Parsed): ReadonlyMap<Alias, ParsedNode> {
  const anchors = new Map<string, ParsedNode>();
  const targets = new Map<Alias, ParsedNode>();
  visit(document, {
    Alias: (_key, alias) => {
      const target = anchors.get(alias.source);
      if (target !== undefined) targets.set(alias, target);
    },
    Value: (_key, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node as ParsedNode);
    },
  });
  return targets;
}

/** A value, and where it and everything in it stands. */
interface Placed {
  readonly value: unknown;
  readonly line: number;
  readonly children?: ReadonlyMap<string | number, Placed>;
}

function lineOf(root: Placed, path: YamlPath): number {
  let place = root;
  for (const step of path) {
    const child = place.children?.get(step);
    if (child === undefined) break;
    place = child;
  }
  return place.line;
}

/** Turns nodes into plain data and notes the mistakes that only this step can see. */
class NodeReader {
  readonly problems: YamlProblem[] = [];
  private count = 0;
  /** Nodes being read, to see an alias to one of them. */
  private readonly open = new Set<ParsedNode>();

  constructor(
    private readonly lines: LineCounter,
    private readonly targets: ReadonlyMap<Alias, ParsedNode>,
    private readonly asText: (path: YamlPath) => boolean,
  ) {}

  read(node: ParsedNode | null, path: YamlPath, line: number): Placed {
    if (node === null) return { value: null, line };
    this.count += 1;
    if (this.count > MAX_VALUES) {
      if (this.count === MAX_VALUES + 1) {
        this.fail(line, [], `expected at most ${MAX_VALUES} values, aliases followed; found more`);
      }
      return { value: null, line };
    }
    if (isAlias(node)) return this.readAlias(node, path, line);
    if (isScalar(node)) return { value: this.scalar(node, path), line };
    if (path.length >= MAX_DEPTH) {
      return this.fail(line, path.slice(0, 1), `expected at most ${MAX_DEPTH} levels, found more`);
    }
    this.open.add(node);
    const placed = isMap(node) ? this.readMap(node, path, line) : this.readList(node.items, path, line);
    this.open.delete(node);
    return placed;
  }

  private readAlias(alias: Alias.Parsed, path: YamlPath, line: number): Placed {
    const target = this.targets.get(alias);
    if (target === undefined) return this.fail(line, path, `expected an anchor &${alias.source} above, found none`);
    if (this.open.has(target)) return this.fail(line, path, `the alias *${alias.source} contains itself`);
    return { ...this.read(target, path, line), line };
  }

  private scalar(node: Scalar.Parsed, path: YamlPath): unknown {
    const bare = node.type === "PLAIN" && node.value !== null;
    return bare && this.asText(path) ? node.source : node.value;
  }

  private readList(items: readonly ParsedNode[], path: YamlPath, line: number): Placed {
    const children = items.map((item, index) => this.read(item, [...path, index], this.line(item, line)));
    return { value: children.map((child) => child.value), line, children: new Map(children.entries()) };
  }

  private readMap(map: YAMLMap.Parsed, path: YamlPath, line: number): Placed {
    const own = new Map<string, Placed>();
    const merged = new Map<string, Placed>();
    for (const { key, value } of map.items) {
      const keyLine = this.line(key, line);
      if (isScalar(key) && key.type === "PLAIN" && key.source === "<<") {
        this.merge(value, merged, path, keyLine);
        continue;
      }
      const name = isScalar(key) ? (key.type === "PLAIN" ? key.source : String(key.value)) : undefined;
      if (name === undefined || name === "" || name === "__proto__") {
        this.fail(keyLine, path, `expected a plain word as key, found ${describeKey(name)}`);
        continue;
      }
      const earlier = own.get(name);
      if (earlier !== undefined) {
        this.fail(keyLine, [...path, name], `expected each key once; line ${earlier.line} has it already`);
        continue;
      }
      own.set(name, this.read(value, [...path, name], keyLine));
    }
    const children = new Map([...merged, ...own]);
    const value = Object.fromEntries([...children].map(([name, child]) => [name, child.value]));
    return { value, line, children };
  }

  /** `<<: *anchor` or `<<: [*a, *b]`: what comes first wins, the mapping's own keys before all. */
  private merge(node: ParsedNode | null, merged: Map<string, Placed>, path: YamlPath, line: number): void {
    const target = node !== null && isAlias(node) ? (this.targets.get(node) ?? node) : node;
    const sources = isSeq(target) ? target.items : [node];
    for (const source of sources) {
      const placed = this.read(source, path, line);
      const { children } = placed;
      if (children === undefined || Array.isArray(placed.value)) {
        this.fail(line, path, "expected a mapping behind the merge key <<");
        continue;
      }
      for (const [name, child] of children) if (!merged.has(String(name))) merged.set(String(name), child);
    }
  }

  private line(node: ParsedNode | null, fallback: number): number {
    return node === null ? fallback : this.lines.linePos(node.range[0]).line;
  }

  private fail(line: number, path: YamlPath, message: string): Placed {
    this.problems.push({ line, path, message });
    return { value: null, line };
  }
}

function describeKey(name: string | undefined): string {
  if (name === undefined) return "a list or mapping";
  return name === "" ? "nothing" : name;
}
