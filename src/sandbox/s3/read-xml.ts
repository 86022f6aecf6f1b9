import { malformedXml } from "./s3-error.js";

/** An element of a request: either with text or with elements. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const TOKEN =
  /<\?[^>]*\?>|<!--[^]*?-->|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gy;

/** Deeper requests are not of S3's making. */
const DEEPEST = 10;

/**
 * Reads the XML of a request: elements, attributes (which S3 does not use), text, comments. Document types and CDATA
 * are refused.
 * @throws S3Error MalformedXML
 */
export function readXml(text: string): XmlElement {
  const top: Draft = { name: "", text: "", children: [] };
  const open: Draft[] = [top];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    const parent = open.at(-1);
    if (match === null || parent === undefined) throw malformedXml();
    const [, closing, name, , empty, characters] = match;
    if (characters !== undefined) parent.text += unescape(characters);
    else if (name === undefined) continue;
    else if (closing === "/") {
      if (open.length < 2 || parent.name !== name) throw malformedXml();
      open.pop();
    } else {
      const element: Draft = { name, text: "", children: [] };
      parent.children.push(element);
      if (empty !== "/") open.push(element);
      if (open.length > DEEPEST) throw malformedXml();
    }
  }
  const [root] = top.children;
  if (open.length !== 1 || root === undefined || top.children.length > 1 || top.text.trim() !== "")
    throw malformedXml();
  return root;
}

interface Draft {
  readonly name: string;
  text: string;
  readonly children: Draft[];
}

/** The text of a child element; undefined when there is none of that name. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w+));|&/g, (_all, decimal, hex, name) => {
    const code =
      decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(String(hex), 16) : undefined;
    const found =
      code === undefined ? ENTITIES[String(name)] : code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
    if (found === undefined) throw malformedXml();
    return found;
  });
}
