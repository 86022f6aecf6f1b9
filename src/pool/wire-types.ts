import { digest } from "./digest.js";
import type { Resources } from "./resources.js";
import { fields, finite, mapOf, mismatch, text, type Decoder } from "./wire-json.js";
import { timeMs } from "./wire-time.js";

/** What a reflowlet has free. It makes one at a time, always with the id `1`. */
export interface Offer {
  readonly id: string;
  readonly available: Resources;
}

/** What goes with a wish for an alloc. */
export interface AllocMeta {
  readonly want: Resources;
  /** `Full Name <login>`. */
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** An alloc as lists and accept replies tell it. */
export interface Alloc {
  /** 16 hex digits, unique on its reflowlet. */
  readonly id: string;
  readonly resources: Resources;
}

/** Everything that a reflowlet tells of one alloc. Times are milliseconds since 1970. */
export interface AllocInspect extends Alloc {
  readonly meta: AllocMeta;
  /**
   * The lease is over for good, only the alloc's files are left: no keepalive revives it. Its resources are empty and
   * its times unknown.
   */
  readonly zombie: boolean;
  readonly createdMs: number | undefined;
  /** Undefined before the first keepalive. */
  readonly lastKeepaliveMs: number | undefined;
  /** Past: expired, its resources are offered again, and a keepalive still revives it. */
  readonly expiresMs: number | undefined;
  /** 2023, on EC2: the task database's name for it, `sha256:…`. */
  readonly taskDbAllocId: string | undefined;
}

const resources: Decoder<Resources> = mapOf(finite);

/** An id to be asked for again; without it an offer or alloc is of no use. */
const id: Decoder<string> = (json, path) => {
  const value = text(json, path);
  if (value === "") throw mismatch("an id", json, path);
  return value;
};

export const offerDecoder: Decoder<Offer> = (json, path) => {
  const offer = fields(json, path);
  return { id: offer.need("ID", id), available: offer.get("Available", resources) };
};

export const allocDecoder: Decoder<Alloc> = (json, path) => {
  const alloc = fields(json, path);
  return { id: alloc.need("ID", id), resources: alloc.get("Resources", resources) };
};

const allocMeta: Decoder<AllocMeta> = (json, path) => {
  const meta = fields(json, path);
  return {
    want: meta.get("Want", resources),
    owner: meta.get("Owner", text),
    labels: meta.get("Labels", mapOf(text)),
  };
};

export const allocInspectDecoder: Decoder<AllocInspect> = (json, path) => {
  const inspect = fields(json, path);
  return {
    ...allocDecoder(json, path),
    meta: inspect.get("Meta", allocMeta),
    // A live alloc, even one of nothing, has a map here, and the time of its making.
    zombie: !inspect.has("Resources") && inspect.get("Created", timeMs) === undefined,
    createdMs: inspect.get("Created", timeMs),
    lastKeepaliveMs: inspect.get("LastKeepalive", timeMs),
    expiresMs: inspect.get("Expires", timeMs),
    taskDbAllocId: inspect.get("TaskDBAllocID", digest),
  };
};
