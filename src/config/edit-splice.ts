import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, parseDocument } from "yaml";
import type { Document, Pair, ParsedNode, YAMLMap, YAMLSeq } from "yaml";
import { blockLines, blockValue, flowEntries, flowValue, layoutOf } from "./edit-layout.js";
import type { Layout, ValueText } from "./edit-layout.js";
import { goTags } from "./go-tags.js";
import type { YamlPath } from "./yaml-problem.js";

/** A part of the text, and what comes in its place. */
interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

type ParsedPair = Pair<ParsedNode, ParsedNode | null>;
type ParsedMap = YAMLMap<ParsedNode, ParsedNode | null>;
type Entries = Readonly<Record<string, unknown>>;

/**
 * Puts a value into a YAML text, or takes it away (undefined), by changing only the lines where it stands. What comes out
 * is to be looked at: where anchors or tags are in the way it need not be what was meant.
 * @param text that parses without errors
 */
export function spliceYaml(text: string, path: YamlPath, value: unknown): string {
  const document = parseDocument(text, {
    version: "1.1",
    customTags: goTags,
    uniqueKeys: false,
    keepSourceTokens: true,
  });
  const splices = new Splicer(text, document).change(path, value);
  return [...splices]
    .sort((a, b) => b.from - a.from || b.to - a.to)
    .reduce((result, { from, to, text: by }) => result.slice(0, from) + by + result.slice(to), text);
}

class Splicer {
  private readonly layout: Layout;

  constructor(
    private readonly text: string,
    private readonly document: Document.Parsed,
  ) {
    this.layout = layoutOf(text);
  }

  change(path: YamlPath, value: unknown): readonly Splice[] {
    const { contents } = this.document;
    if (!isMap<ParsedNode, ParsedNode | null>(contents) || (contents.items.length === 0 && value !== undefined)) {
      return value === undefined ? [] : this.fill(contents, nested(path, value) as Entries);
    }
    return this.changeIn(contents, path, value);
  }

  private changeIn(map: ParsedMap, [key, ...rest]: YamlPath, value: unknown): readonly Splice[] {
    const pair: ParsedPair | undefined = map.items.find((item) => nameOf(item.key) === key);
    if (pair === undefined) return value === undefined ? [] : this.insert(map, { [String(key)]: nested(rest, value) });
    if (rest.length === 0) return value === undefined ? this.remove(map, pair) : this.replace(map, pair, value);
    const below: ParsedNode | null = pair.value;
    if (isCollection(below) && (below.items.length > 0 || value === undefined)) {
      // Without its last item a list is an empty one.
      if (value === undefined && rest.length === 1 && isSeq(below) && below.items.length === 1) {
        return this.replace(map, pair, []);
      }
      if (isMap<ParsedNode, ParsedNode | null>(below)) return this.changeIn(below, rest, value);
      return isSeq<ParsedNode>(below) ? this.changeInList(below, rest, value) : [];
    }
    return value === undefined ? [] : this.replace(map, pair, nested(rest, value), below);
  }

  private changeInList(list: YAMLSeq<ParsedNode>, [index, ...rest]: YamlPath, value: unknown): readonly Splice[] {
    const item = list.items[Number(index)];
    if (item === undefined) return value === undefined ? [] : this.append(list, nested(rest, value));
    if (rest.length > 0) {
      if (isMap<ParsedNode, ParsedNode | null>(item)) return this.changeIn(item, rest, value);
      return isSeq<ParsedNode>(item) ? this.changeInList(item, rest, value) : [];
    }
    // Nothing tells where an empty item begins.
    if (isNothing(item)) return [];
    const [start, end] = [item.range[0], this.endOf(item)];
    if (value !== undefined) return [{ from: start, to: end, text: flowValue(value) }];
    if (list.flow !== true) return [this.lines(start, end)];
    const [before, after] = [list.items[Number(index) - 1], list.items[Number(index) + 1]];
    return [between(before && this.endOf(before), { start, end }, after?.range[0])];
  }

  private append(list: YAMLSeq<ParsedNode>, value: unknown): readonly Splice[] {
    const last = list.items.at(-1);
    const start = list.range?.[0];
    if (last === undefined || start === undefined || isNothing(last)) return [];
    const end = this.endOf(last);
    if (list.flow === true) return [{ from: end, to: end, text: `, ${flowValue(value)}` }];
    return [this.below(end, [`${" ".repeat(start - this.lineStart(start))}- ${flowValue(value)}`])];
  }

  /** A text without any entry, or with `{}` for all. */
  private fill(root: ParsedNode | null, entries: Entries): readonly Splice[] {
    const lines = blockLines(entries, 0, this.layout);
    if (root !== null && root.range[1] > root.range[0]) {
      return [{ from: root.range[0], to: root.range[1], text: lines.join(this.layout.eol) }];
    }
    return [this.atEnd(lines)];
  }

  private insert(map: ParsedMap, entries: Entries): readonly Splice[] {
    const last = map.items.at(-1);
    if (last === undefined) return [];
    const end = this.endOfPair(last);
    if (map.flow === true) return [{ from: end, to: end, text: `, ${flowEntries(entries)}` }];
    const lines = blockLines(entries, this.columnOf(map), this.layout);
    return [map === this.document.contents ? this.atEnd(lines) : this.below(end, lines)];
  }

  private remove(map: ParsedMap, pair: ParsedPair): readonly Splice[] {
    const [start, end] = [pair.key.range[0], this.endOfPair(pair)];
    if (map.flow !== true) return [this.lines(start, end)];
    const index = map.items.indexOf(pair);
    const [before, after] = [map.items[index - 1], map.items[index + 1]];
    return [between(before && this.endOfPair(before), { start, end }, after?.key.range[0])];
  }

  /** Takes away the lines from the one of an offset to the one of another. */
  private lines(start: number, end: number): Splice {
    const line = this.lineEnd(end);
    return { from: this.lineStart(start), to: line + this.eolAt(line), text: "" };
  }

  /** @param base what stands there; behind an alias the new entries come on top of what it means */
  private replace(map: ParsedMap, pair: ParsedPair, value: unknown, base?: ParsedNode | null): readonly Splice[] {
    const old = isNothing(pair.value) ? null : pair.value;
    const { colonEnd, head, tag } = this.headOf(pair);
    if (map.flow === true) {
      if (old !== null) return [{ from: old.range[0], to: old.range[1], text: flowValue(value) }];
      return [{ from: head, to: head, text: `${colonEnd === undefined ? ":" : ""} ${flowValue(value)}` }];
    }
    const column = this.columnOf(map) + this.indentOf(value);
    const plain = blockValue(value, column, this.layout);
    const after = isAlias(base)
      ? { ...plain, lines: [`${" ".repeat(column)}<<: *${base.source}`, ...plain.lines] }
      : plain;
    const tags = tag === undefined ? [] : [{ ...tag, text: "" }];
    if (old === null) return [...tags, ...this.behind(head, after)];
    const [start, end] = [old.range[0], this.endOf(old)];
    if (start > this.lineEnd(head)) {
      const own = start - this.lineStart(start);
      // A list may stand right below its key, a mapping would be of that key's level.
      const stays = after.inline === "" && !isAlias(old) && (Array.isArray(value) || own > this.columnOf(map));
      const inPlace = stays ? blockValue(value, own, this.layout).lines : undefined;
      return [...tags, ...this.replaceBelow(head, { start, end }, after, inPlace)];
    }
    if (after.inline === "") return [{ from: head, to: end, text: "" }, this.below(end, after.lines)];
    const inline = { from: start, to: end, text: after.inline };
    return after.lines.length === 0 ? [...tags, inline] : [...tags, inline, this.below(end, after.lines)];
  }

  /** The old value begins on a line below its key. @param inPlace lines that may stand where it stood */
  private replaceBelow(
    head: number,
    old: { readonly start: number; readonly end: number },
    after: ValueText,
    inPlace: readonly string[] | undefined,
  ): readonly Splice[] {
    const [from, to] = [this.lineStart(old.start), this.lineEnd(old.end)];
    // So the comments before it stay.
    if (inPlace !== undefined) return [{ from, to, text: inPlace.join(this.layout.eol) }];
    return [{ from: this.lineEnd(head), to, text: "" }, ...this.behind(head, after)];
  }

  private behind(head: number, { inline, lines }: ValueText): readonly Splice[] {
    const onLine = inline === "" ? [] : [{ from: head, to: head, text: ` ${inline}` }];
    return lines.length === 0 ? onLine : [...onLine, this.below(head, lines)];
  }

  private below(offset: number, lines: readonly string[]): Splice {
    const { eol } = this.layout;
    const end = this.lineEnd(offset);
    return { from: end, to: end, text: eol + lines.join(eol) };
  }

  /** Behind the last entry and the comments that follow it, before a mark of the document's end. */
  private atEnd(lines: readonly string[]): Splice {
    const { eol } = this.layout;
    const mark = /^\.\.\.(?=\s|$)/m.exec(this.text.slice(this.document.range[1]));
    const end = mark === null ? this.text.length : this.document.range[1] + mark.index;
    const open = end > 0 && !/[\n\uFEFF]$/.test(this.text.slice(0, end));
    return { from: end, to: end, text: `${open ? eol : ""}${lines.join(eol)}${eol}` };
  }

  /** Where a pair's value may begin: behind the colon and an anchor. */
  private headOf(pair: ParsedPair): { colonEnd?: number; head: number; tag?: { from: number; to: number } } {
    const tokens = pair.srcToken?.sep ?? [];
    const endOf = (type: string): number | undefined => {
      const token = tokens.find((candidate) => candidate.type === type);
      return token === undefined ? undefined : token.offset + token.source.length;
    };
    const tag = tokens.find((token) => token.type === "tag");
    const colonEnd = endOf("map-value-ind");
    return {
      ...(colonEnd === undefined ? {} : { colonEnd }),
      head: endOf("anchor") ?? colonEnd ?? pair.key.range[1],
      ...(tag === undefined ? {} : { tag: { from: tag.offset, to: tag.offset + tag.source.length } }),
    };
  }

  /** Lists stand below their key as the file has it. */
  private indentOf(value: unknown): number {
    return Array.isArray(value) && !this.layout.indentSeq ? 0 : this.layout.indent;
  }

  private columnOf(map: ParsedMap): number {
    const start = map.items[0]?.key.range[0] ?? 0;
    return start - this.lineStart(start);
  }

  private endOfPair(pair: ParsedPair): number {
    return isNothing(pair.value) || pair.value === null ? this.headOf(pair).head : this.endOf(pair.value);
  }

  /** Behind the last sign of a node, before the end of its line. */
  private endOf(node: ParsedNode): number {
    if (isCollection(node) && node.flow !== true) {
      const last = node.items.at(-1);
      if (isPair(last)) return this.endOfPair(last);
      // Of an empty last item there is no more than its dash.
      if (last !== undefined && !isNothing(last)) return this.endOf(last);
      return node.range[0] + this.text.slice(node.range[0], node.range[1]).trimEnd().length;
    }
    const source = this.text.slice(node.range[0], node.range[1]);
    if (!isScalar(node) || !/^[|>]/.test(source)) return node.range[1];
    // The blank lines that end a block belong to it where its header has a plus.
    const keeps = /^[|>]\d?\+/.test(source);
    return node.range[0] + source.replace(keeps ? /\r?\n$/ : /\s+$/, "").length;
  }

  private lineStart(offset: number): number {
    const start = this.text.lastIndexOf("\n", offset - 1) + 1;
    return start === 0 && this.text.startsWith("\uFEFF") ? 1 : start;
  }

  /** The end of an offset's line, before what ends it. */
  private lineEnd(offset: number): number {
    const end = this.text.indexOf("\n", offset);
    if (end < 0) return this.text.length;
    return end > offset && this.text[end - 1] === "\r" ? end - 1 : end;
  }

  private eolAt(offset: number): number {
    return /^\r?\n/.exec(this.text.slice(offset, offset + 2))?.[0].length ?? 0;
  }
}

/** Takes away what stands between its neighbours in braces or brackets, with one of the commas beside it. */
function between(
  endBefore: number | undefined,
  { start, end }: { readonly start: number; readonly end: number },
  startAfter: number | undefined,
): Splice {
  const from = startAfter === undefined && endBefore !== undefined ? endBefore : start;
  return { from, to: startAfter ?? end, text: "" };
}

/** A value with what is above it; the first item of a list is a list. */
function nested(path: YamlPath, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const below = nested(rest, value);
  return typeof step === "number" ? [below] : { [step]: below };
}

/** A key as the file has it: `off` is the key `off`, not a boolean. */
function nameOf(key: ParsedNode): string | undefined {
  if (!isScalar(key)) return undefined;
  return key.type === "PLAIN" ? key.source : String(key.value);
}

/** No text stands there. */
function isNothing(node: ParsedNode | null): boolean {
  return node === null || (isScalar(node) && node.range[0] === node.range[1]);
}
