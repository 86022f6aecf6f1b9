/** A value as Go's JSON encoder takes it. Structures list their fields in order; maps are sorted by `sortedMap`. */
export type GoJson =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly GoJson[]
  | ReadonlyMap<string, GoJson>
  | { readonly [key: string]: GoJson };

/**
 * The JSON that Go's encoder writes, newline included: `<`, `>`, `&` and the two line separators inside strings are
 * escaped.
 */
export function encodeGoJson(value: GoJson): string {
  return `${encode(value)}\n`;
}

/** A map with its keys in the order in which Go writes them (by bytes); null when there is no map. */
export function sortedMap<T extends GoJson>(
  map: Readonly<Record<string, T>> | undefined,
): ReadonlyMap<string, T> | null {
  if (map === undefined) return null;
  return new Map(Object.entries(map).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
}

function encode(value: GoJson): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string") return encodeString(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(encode).join(",")}]`;
  const members = isMap(value) ? [...value] : Object.entries(value);
  return `{${members.map(([key, member]) => `${encodeString(key)}:${encode(member)}`).join(",")}}`;
}

function encodeString(text: string): string {
  return JSON.stringify(text.replace(/\p{Surrogate}/gu, "\ufffd")).replace(/[<>&\u2028\u2029]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

function isArray(value: GoJson): value is readonly GoJson[] {
  return Array.isArray(value);
}

function isMap(value: object): value is ReadonlyMap<string, GoJson> {
  return value instanceof Map;
}
