import { readFileSync } from "node:fs";
import type { PoolRequest } from "../../../src/pool/transport.js";

/** One request to a real program and its reply. */
export interface Recorded {
  readonly note?: string;
  readonly request: { readonly method: PoolRequest["method"]; readonly path: string; readonly body?: string };
  readonly response: {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly connection?: string;
  };
}

/** The exchanges of a recording, in order. */
export function recorded(name: string): readonly Recorded[] {
  const url = new URL(`../../fixtures/wire/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8")) as Recorded[];
}

/** What a reply says once ids, times and sizes are set aside. */
export interface Comparable {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const ID = /"ID":"([0-9a-f]{16})"/g;

/** Ids of a recording and of a replay, matched as they come up. */
export class IdMap {
  private readonly toReplayed = new Map<string, string>();
  private readonly toRecorded = new Map<string, string>();

  /** Learns the id of an alloc that both replies to an accept name. */
  learn(recordedBody: string, replayedBody: string): void {
    const [theirs] = [...recordedBody.matchAll(ID)].map(([, id]) => id ?? "");
    const [ours] = [...replayedBody.matchAll(ID)].map(([, id]) => id ?? "");
    if (theirs === undefined || ours === undefined || this.toReplayed.has(theirs)) return;
    this.toReplayed.set(theirs, ours);
    this.toRecorded.set(ours, theirs);
  }

  /** A path of the recording with the ids of the replay. */
  path(recordedPath: string): string {
    return recordedPath.replace(/[0-9a-f]{16}/g, (id) => this.toReplayed.get(id) ?? id);
  }

  /** A body of the replay with the ids of the recording. */
  body(replayedBody: string): string {
    return replayedBody.replace(/[0-9a-f]{16}/g, (id) => this.toRecorded.get(id) ?? id);
  }
}

/** Sets times and the size of the disk aside; a list of allocs is sorted, as Go gives it in any order. */
export function comparable(reply: Comparable, totalDisk: number): Comparable {
  const body = reply.body
    .replace(/"20\d\d-\d\d-\d\dT[^"]*Z"/g, '"<time>"')
    .replace(/"disk":(\d{12})/g, (_whole, bytes: string) => `"disk":"<total>-${totalDisk - Number(bytes)}"`)
    .replace(/request id: \w+/g, "request id: <id>")
    .replace(/(?:\$TMP|\/tmp)\/reflowlet\d+/g, "$TMP/reflowlet<number>");
  const list = /^\[(\{"ID":"[0-9a-f]{16}".*\})\]\n$/s.exec(body)?.[1];
  if (list === undefined) return { ...reply, body };
  const items = list.split(/(?<=\}),(?=\{"ID")/).sort();
  return { ...reply, body: `[${items.join(",")}]\n` };
}
