import { resourcesText } from "../../../pool/resources.js";
import type { Decoded, GoType, GoValue } from "../go/json-decode.js";
import { sortedMap, type GoJson } from "../go/json-encode.js";
import type { Alloc, AllocMeta, Offer } from "./lease-pool.js";

/** The shapes of offers and allocs on the wire; field names and order are Reflow's. */

const ZERO_TIME = "0001-01-01T00:00:00Z";

const STRING: GoType = { kind: "string", name: "string" };

/** What an accept carries. */
export const ALLOC_META = {
  kind: "struct",
  name: "pool.AllocMeta",
  fields: [
    { name: "Want", type: { kind: "map", name: "reflow.Resources", item: { kind: "float", name: "float64" } } },
    { name: "Owner", type: STRING },
    { name: "Labels", type: { kind: "map", name: "pool.Labels", item: STRING } },
  ],
} as const satisfies GoType;

/** What a keepalive carries. */
export const KEEPALIVE = {
  kind: "struct",
  name: "struct { Interval time.Duration }",
  fields: [{ name: "Interval", type: { kind: "int", name: "time.Duration" } }],
} as const satisfies GoType;
/** The parts of an alloc that differ between its views; times are created, last keepalive and expiry. */
export interface AllocFields {
  readonly id: string;
  readonly resources: GoJson;
  readonly meta: GoJson;
  readonly times: readonly (bigint | undefined)[];
}

/** An alloc. `taskDbAllocId` is the text of that field, undefined where the generation has none. */
export function allocJson(fields: AllocFields, taskDbAllocId: string | undefined): GoJson {
  const [created, lastKeepalive, expires] = fields.times;
  return {
    ID: fields.id,
    ...(taskDbAllocId === undefined ? {} : { TaskDBAllocID: taskDbAllocId }),
    Resources: fields.resources,
    Meta: fields.meta,
    Created: goTime(created),
    LastKeepalive: goTime(lastKeepalive),
    Expires: goTime(expires),
  };
}

/** An offer. */
export function offerJson(offer: Offer): GoJson {
  return { ID: offer.id, Available: sortedMap(offer.available) };
}

/** An alloc's particulars, whole, as an inspection shows them. */
export function inspectJson(alloc: Alloc): AllocFields {
  return {
    id: alloc.id,
    resources: sortedMap(alloc.meta.want),
    meta: metaJson(alloc.meta),
    times: [alloc.createdNs, alloc.lastKeepaliveNs, alloc.expiresNs],
  };
}

/** An alloc as accept and list show it: id and resources alone. */
export function summaryJson(alloc: Alloc): AllocFields {
  const meta = { Want: null, Owner: "", Labels: null };
  return { id: alloc.id, resources: sortedMap(alloc.meta.want ?? {}), meta, times: [] };
}

/** What is left of an alloc that was collected or freed. */
export function zombieJson(id: string, meta: AllocMeta): AllocFields {
  return { id, resources: null, meta: metaJson(meta), times: [] };
}

function metaJson(meta: AllocMeta): GoJson {
  return { Want: sortedMap(meta.want), Owner: meta.owner, Labels: sortedMap(meta.labels) };
}

/** How Go prints the structure that a body was read into. */
export function metaText(meta: AllocMeta): string {
  const labels = [...(sortedMap(meta.labels) ?? [])].map(([key, value]) => `${key}:${value}`).join(" ");
  return `&{${resourcesText(meta.want ?? {})} ${meta.owner} map[${labels}]}`;
}

/** The meta data of an accept, as far as it could be read. */
export function toMeta({ value }: Decoded): AllocMeta {
  const { Want: want, Owner: owner, Labels: labels } = value;
  return {
    want: mapOf(want, "number"),
    owner: typeof owner === "string" ? owner : "",
    labels: mapOf(labels, "string"),
  };
}

function mapOf(value: GoValue, type: "number"): Readonly<Record<string, number>> | undefined;
function mapOf(value: GoValue, type: "string"): Readonly<Record<string, string>> | undefined;
function mapOf(value: GoValue, type: "number" | "string"): object | undefined {
  if (typeof value !== "object" || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => typeof item === type));
}

/** RFC 3339 with as many digits of the second as there are; Go's zero time when there is none. */
function goTime(ns: bigint | undefined): string {
  if (ns === undefined) return ZERO_TIME;
  const second = 1_000_000_000n;
  const fraction = ((ns % second) + second) % second;
  const whole = new Date(Number((ns - fraction) / 1_000_000n)).toISOString().slice(0, 19);
  const digits = fraction.toString().padStart(9, "0").replace(/0+$/, "");
  return digits === "" ? `${whole}Z` : `${whole}.${digits}Z`;
}
