/**
 * What an answer is made of. Lists become EC2's wrapper of `<item>` elements, that of `<member>` elements which other
 * query services have, or S3's element repeated for each item;
 * undefined members are left out.
 */
export type XmlValue = string | number | boolean | undefined | XmlObject | readonly XmlValue[];

/** Members of an answer under their names on the wire. */
export interface XmlObject {
  readonly [name: string]: XmlValue;
}

/** How lists are written. */
export type ListStyle = "items" | "members" | "repeated";

/** An XML document with one root element, as AWS writes it. */
export function xmlDocument(root: string, members: XmlObject, namespace?: string, lists: ListStyle = "items"): string {
  const attribute = namespace === undefined ? "" : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${content(members, lists)}</${root}>`;
}

function content(value: Exclude<XmlValue, undefined>, lists: ListStyle): string {
  if (isList(value)) {
    return value.map((item) => element(lists === "members" ? "member" : "item", item, lists)).join("");
  }
  if (typeof value === "object") {
    return Object.entries(value)
      .map(([name, member]) => element(name, member, lists))
      .join("");
  }
  return escapeText(String(value));
}

function element(name: string, value: XmlValue, lists: ListStyle): string {
  if (value === undefined) return "";
  if (lists === "repeated" && isList(value)) return value.map((item) => element(name, item, lists)).join("");
  const inner = content(value, lists);
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

/** What cannot stand as it is; seldom there, and an answer has thousands of texts. */
const special = /[&<>"\r\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;

/** Messages echo what was sent, so any character may come here. */
function escapeText(text: string): string {
  if (!special.test(text)) return text;
  return text.replace(unprintable, "\uFFFD").replace(/[&<>"\r]/g, (character) => entities[character] ?? character);
}
