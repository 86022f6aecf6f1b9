/** `length` random bytes. */
export type RandomBytes = (length: number) => Buffer;

/** A new id of EC2's long form: a prefix and 17 hexadecimal digits, e.g. `i-0787068e4813a62f9`. */
export function newId(prefix: string, randomBytes: RandomBytes): string {
  return `${prefix}-0${randomBytes(8).toString("hex")}`;
}

/** A new id of a spot request, which has eight characters of its own alphabet, e.g. `sir-8b5kx3pq`. */
export function newSpotRequestId(randomBytes: RandomBytes): string {
  return `sir-${[...randomBytes(8)].map((byte) => "0123456789abcdefghijklmnopqrstuvwxyz"[byte % 36]).join("")}`;
}

/** A random UUID, as EC2 names each request. */
export function newRequestId(randomBytes: RandomBytes): string {
  const hex = randomBytes(16).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** Whether `id` has the form that EC2 gives to ids with this prefix (8 digits until 2016, 17 since). */
export function isWellFormedId(id: string, prefix: string): boolean {
  const rest = id.startsWith(`${prefix}-`) ? id.slice(prefix.length + 1) : "";
  if (prefix === "sir") return /^[0-9a-z]{8}$/.test(rest);
  return /^([0-9a-f]{8}|[0-9a-f]{17})$/.test(rest);
}
