import { nameOf, textOf, type Draft, type Entry, type Fields, type Line } from "./draft.js";

/** One way to break one thing. */
export interface Break {
  /** The file or unit, or `user-data` for what is around them. */
  readonly part: string;
  /** What of it: a field, a line, a key. */
  readonly place: string;
  /** How it is broken. */
  readonly how: string;
  /** Which word of a line is broken; absent where the place is broken as a whole. */
  readonly word?: number;
  /** Breaks it in a draft of the user-data that it was found in. */
  readonly apply: (draft: Draft) => void;
}

/** The place of a break of a whole file or unit. */
export const WHOLE = "all of it";

const FILE_FIELDS = ["path", "permissions", "owner", "content"];
const UNIT_FIELDS = ["name", "command", "enable", "content"];

/** Finds a file or unit in a draft, whatever else is broken there. */
type Find = (draft: Draft) => Entry | undefined;

/** A letter that no program takes where there is none. */
const WRONG = "Q";

/** Text with a wrong letter in its middle; text without letters or digits cannot be misspelt. */
export function misspell(text: string): string {
  const places = [...text.matchAll(/[A-Za-z0-9]/g)].map((match) => match.index);
  const middle = places[places.length >> 1];
  return middle === undefined ? text : text.slice(0, middle) + WRONG + text.slice(middle);
}

/** Every way to break what the user-data consists of: its frame, its files, its units, and each line of them. */
export function breaksOf(draft: Draft): readonly Break[] {
  return [
    ...frameBreaks(draft),
    ...draft.files.flatMap((file, at) => {
      const find: Find = (other) => other.files[at];
      return [...entryBreaks(file, find, FILE_FIELDS), ...fileBreaks(file, find), ...contentBreaks(file, find)];
    }),
    ...draft.units.flatMap((unit, at) => {
      const find: Find = (other) => other.units[at];
      return [...entryBreaks(unit, find, UNIT_FIELDS), ...contentBreaks(unit, find)];
    }),
  ];
}

/** Whether two breaks cannot be made in one draft, as one would hide the other. */
export function excludeEachOther(a: Break, b: Break): boolean {
  if (a.part !== b.part) return false;
  if (a.place === WHOLE || b.place === WHOLE) return true;
  if (a.place === b.place) return a.word === undefined || a.word === b.word || b.word === undefined;
  const [shorter = "", longer = ""] = [a.place, b.place].sort((x, y) => x.length - y.length);
  return longer.startsWith(`${shorter.slice(0, -1)}.`);
}

/** The keys around files and units. */
function frameBreaks(draft: Draft): Break[] {
  const coreos = draft.top["coreos"] as Fields;
  const update = coreos["update"] as Fields;
  const coreosOf = (other: Draft): Fields | undefined => other.top["coreos"] as Fields | undefined;
  const updateOf = (other: Draft): Fields | undefined => coreosOf(other)?.["update"] as Fields | undefined;
  return [
    ...keyBreaks("user-data", "", Object.keys(draft.top), (other) => other.top),
    ...keyBreaks("user-data", "coreos.", Object.keys(coreos), coreosOf),
    ...keyBreaks("user-data", "coreos.update.", Object.keys(update), updateOf),
    {
      part: "user-data",
      place: "`coreos.update.reboot_strategy`",
      how: "of another value",
      apply: (other) => {
        const fields = updateOf(other);
        if (fields !== undefined) fields["reboot_strategy"] = misspell(String(update["reboot_strategy"]));
      },
    },
  ];
}

function keyBreaks(
  part: string,
  prefix: string,
  keys: readonly string[],
  fieldsOf: (draft: Draft) => Fields | undefined,
): Break[] {
  return keys.flatMap((key): Break[] => {
    const rename = (other: Draft, name: string): void => {
      const fields = fieldsOf(other);
      if (fields === undefined || !(key in fields)) return;
      fields[name] = fields[key];
      delete fields[key];
    };
    const place = `\`${prefix}${key}\``;
    return [
      { part, place, how: "removed", apply: (other) => void delete fieldsOf(other)?.[key] },
      { part, place, how: "misspelt", apply: (other) => rename(other, misspell(key)) },
      ...(key.includes("_")
        ? [{ part, place, how: "dashed", apply: (other: Draft) => rename(other, key.replaceAll("_", "-")) }]
        : []),
    ];
  });
}

/** A file or unit as a whole, and its fields. */
function entryBreaks(entry: Entry, find: Find, known: readonly string[]): Break[] {
  const part = nameOf(entry);
  const fields = known.filter((field) => field in entry.fields);
  const values = fields.filter((field) => field !== "content");
  return [
    { part, place: WHOLE, how: "removed", apply: (draft) => removeEntry(draft, find(draft)) },
    ...keyBreaks(part, "", fields, (draft) => find(draft)?.fields),
    ...values.map((field): Break => ({
      part,
      place: `\`${field}\``,
      how: "of another value",
      apply: (draft) => {
        const target = find(draft)?.fields;
        if (target !== undefined && field in target) target[field] = misspellValue(field, String(target[field]));
      },
    })),
  ];
}

/** Units are told apart by their kinds too; only the name before that is misspelt. */
function misspellValue(field: string, value: string): string {
  if (field !== "name") return misspell(value);
  const dot = value.lastIndexOf(".");
  return misspell(value.slice(0, dot)) + value.slice(dot);
}

function removeEntry(draft: Draft, entry: Entry | undefined): void {
  const lists = [draft.top["write_files"], (draft.top["coreos"] as Fields | undefined)?.["units"]];
  for (const list of lists) {
    if (!Array.isArray(list)) continue;
    const at = list.indexOf(entry?.fields);
    if (at >= 0) list.splice(at, 1);
  }
}

/** What only files can have wrong. */
function fileBreaks(file: Entry, find: Find): Break[] {
  const part = nameOf(file);
  const set = (field: string, value: string): Break["apply"] => {
    return (draft) => {
      const fields = find(draft)?.fields;
      if (fields !== undefined) fields[field] = value;
    };
  };
  return [
    ...(file.fields["permissions"] === "0755"
      ? [{ part, place: "`permissions`", how: "0644", apply: set("permissions", "0644") }]
      : []),
    { part, place: "`encoding`", how: "base64, which it is not", apply: set("encoding", "b64") },
    { part, place: "`encoding`", how: "unknown", apply: set("encoding", "b46") },
  ];
}

function contentBreaks(entry: Entry, find: Find): Break[] {
  const part = nameOf(entry);
  if (entry.tree !== undefined) return treeBreaks(part, entry.tree, [], find);
  const isUnit = !part.startsWith("/");
  return (entry.lines ?? []).flatMap((line, at) => {
    const text = textOf(line ?? { indent: "", words: [] }).trim();
    if (line === undefined || text === "" || /^#(?!!)/.test(text)) return [];
    const place = `\`${text}\``;
    const lineOf = (draft: Draft): Line | undefined => find(draft)?.lines?.[at];
    const removed: Break = {
      part,
      place,
      how: "removed",
      apply: (draft) => void find(draft)?.lines?.splice(at, 1, undefined),
    };
    const setText =
      (changed: string): Break["apply"] =>
      (draft) => {
        const target = lineOf(draft);
        if (target !== undefined) target.words = [changed];
      };
    if (!isUnit || text.startsWith("ExecStart=")) return [removed, ...wordBreaks(part, place, line, lineOf)];
    const equals = text.indexOf("=");
    if (equals < 0) return [removed, { part, place, how: "misspelt", apply: setText(misspell(text)) }];
    const [key, value] = [text.slice(0, equals), text.slice(equals + 1)];
    return [
      removed,
      { part, place, how: "key misspelt", apply: setText(`${misspell(key)}=${value}`) },
      { part, place, how: "of another value", apply: setText(`${key}=${misspell(value)}`) },
    ];
  });
}

/** Each word of a line left out and misspelt. The only word of a line is the line. */
function wordBreaks(part: string, place: string, line: Line, lineOf: (draft: Draft) => Line | undefined): Break[] {
  return line.words.flatMap((word = "", at): Break[] => {
    const wrong = misspell(word);
    const put = (changed: string | undefined): Break["apply"] => {
      return (draft) => void lineOf(draft)?.words.splice(at, 1, changed);
    };
    return [
      ...(line.words.length === 1
        ? []
        : [{ part, place, how: `without \`${word}\``, word: at, apply: put(undefined) }]),
      ...(wrong === word ? [] : [{ part, place, how: `\`${wrong}\``, word: at, apply: put(wrong) }]),
    ];
  });
}

/** Each key of `/etc/reflowconfig` removed, misspelt, and with another value. */
function treeBreaks(part: string, tree: Fields, path: readonly string[], find: Find): Break[] {
  const treeOf = (draft: Draft): Fields | undefined =>
    path.reduce<Fields | undefined>((fields, key) => fields?.[key] as Fields | undefined, find(draft)?.tree);
  return Object.entries(tree).flatMap(([key, value]): Break[] => {
    const prefix = path.map((step) => `${step}.`).join("");
    const inner = typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
    return [
      ...keyBreaks(part, prefix, [key], treeOf),
      ...(inner === undefined ? [valueBreak(part, `\`${prefix}${key}\``, key, value, treeOf)] : []),
      ...(inner === undefined ? [] : treeBreaks(part, inner, [...path, key], find)),
    ];
  });
}

function valueBreak(
  part: string,
  place: string,
  key: string,
  value: unknown,
  treeOf: (draft: Draft) => Fields | undefined,
): Break {
  const wrong = Array.isArray(value) ? value.map((item) => misspell(String(item))) : misspell(String(value));
  return {
    part,
    place,
    how: "of another value",
    apply: (draft) => {
      const fields = treeOf(draft);
      if (fields !== undefined && key in fields) fields[key] = wrong;
    },
  };
}
