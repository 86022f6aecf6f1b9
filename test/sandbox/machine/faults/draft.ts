import { dump, load } from "js-yaml";
import { goYaml } from "../../../../src/config/go-yaml.js";

/** A mapping of the cloud-config, to be changed in place. */
export type Fields = Record<string, unknown>;

/** A line of a file or unit as words; a word or line that is taken out leaves its place, so that others keep theirs. */
export interface Line {
  readonly indent: string;
  words: (string | undefined)[];
}

/** A file or unit: its fields, and its content taken apart. */
export interface Entry {
  readonly fields: Fields;
  /** The lines of the content; undefined for `/etc/reflowconfig`, which is a tree. */
  readonly lines?: (Line | undefined)[];
  readonly tree?: Fields;
}

/** The tree of a configuration among the files. */
const CONFIG_FILE = "/etc/reflowconfig";

/** User-data taken apart so that many breaks can be made in one copy, each where it was found in the whole one. */
export class Draft {
  readonly top: Fields;
  readonly files: readonly Entry[];
  readonly units: readonly Entry[];

  constructor(text: string) {
    this.top = load(text) as Fields;
    const coreos = this.top["coreos"] as Fields;
    this.files = (this.top["write_files"] as Fields[]).map(takeApart);
    this.units = (coreos["units"] as Fields[]).map(takeApart);
  }

  /** The file or unit of a name. @throws Error when there is none: what is to be broken must be there. */
  entry(name: string): Entry {
    const found = [...this.files, ...this.units].find((entry) => nameOf(entry) === name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }

  /** The cloud-config with what was broken. */
  text(): string {
    for (const entry of [...this.files, ...this.units]) putTogether(entry);
    return `#cloud-config\n${dump(this.top, { lineWidth: -1, noRefs: true })}`;
  }
}

/** The path of a file, or the name of a unit. */
export function nameOf({ fields }: Entry): string {
  return String(fields["path"] ?? fields["name"]);
}

function takeApart(fields: Fields): Entry {
  const content = fields["content"];
  if (typeof content !== "string") return { fields };
  if (fields["path"] === CONFIG_FILE) return { fields, tree: load(content) as Fields };
  const lines = content.split("\n").map((line) => {
    const indent = /^ */.exec(line)?.[0] ?? "";
    return { indent, words: line.slice(indent.length).split(" ") };
  });
  return { fields, lines };
}

function putTogether({ fields, lines, tree }: Entry): void {
  if (!("content" in fields)) return;
  if (tree !== undefined) fields["content"] = goYaml(tree);
  if (lines === undefined) return;
  const texts = lines.flatMap((line) => (line === undefined ? [] : [textOf(line)]));
  fields["content"] = texts.join("\n");
}

/** The text of a line. */
export function textOf({ indent, words }: Line): string {
  return indent + words.filter((word) => word !== undefined).join(" ");
}
