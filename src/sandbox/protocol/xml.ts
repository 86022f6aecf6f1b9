/** What an answer is made of. Lists become EC2's wrapper of `<item>` elements; undefined members are left out. */
export type XmlValue = string | number | boolean | undefined | XmlObject | readonly XmlValue[];

/** Members of an answer under their names on the wire. */
export interface XmlObject {
  readonly [name: string]: XmlValue;
}

/** An XML document with one root element, as EC2 writes it. */
export function xmlDocument(root: string, members: XmlObject, namespace?: string): string {
  const attribute = namespace === undefined ? "" : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${content(members)}</${root}>`;
}

function content(value: Exclude<XmlValue, undefined>): string {
  if (isList(value)) return value.map((item) => element("item", item)).join("");
  if (typeof value === "object") {
    return Object.entries(value)
      .map(([name, member]) => element(name, member))
      .join("");
  }
  return escapeText(String(value));
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return "";
  const inner = content(value);
  return inner === "" ? `<${name}/>` : `<${name}>${inner}</${name}>`;
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  // Parsers turn a bare carriage return into a line feed.
  "\r": "&#xD;",
};

/** The characters that XML 1.0 has no way to write. */
const unprintable = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

/** Whether XML 1.0 can carry the text at all. */
export function isXmlText(text: string): boolean {
  return text.search(unprintable) === -1;
}

/** Messages echo what was sent, so any character may come here. */
function escapeText(text: string): string {
  return text.replace(unprintable, "\uFFFD").replace(/[&<>"\r]/g, (character) => entities[character] ?? character);
}
