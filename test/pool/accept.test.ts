import { describe, expect, it } from "@jest/globals";
import { acceptFirst } from "../../src/pool/accept.js";
import type { OfferChoice } from "../../src/pool/choose-offer.js";
import { ReflowletClient, type Alloc, type AllocMeta, type CallOptions } from "../../src/pool/reflowlet-client.js";
import { RemoteError } from "../../src/pool/remote-error.js";
import { TransportError } from "../../src/pool/transport.js";
import { recordedExchanges, RecordedTransport } from "./recorded-transport.js";

const ADDRESS = { host: "10.0.0.7", port: 9000 };
const GONE = new RemoteError(ADDRESS, 404, { op: "alloc", args: [], kind: "NotExist", cause: "offer expired" });
const LATE = new TransportError("timeout", "10.0.0.7:9000 did not answer within 10 s");

const choice = (member: string): OfferChoice<string> => ({
  member,
  offer: { id: "1", available: { cpu: 4 } },
  want: { cpu: 1 },
});

/** Members that answer an accept with an alloc of their name or with an error. */
class Members {
  readonly asked: [string, string, AllocMeta, CallOptions | undefined][] = [];

  constructor(private readonly answers: Readonly<Record<string, Error | undefined>>) {}

  readonly clientOf = (member: string): Pick<ReflowletClient, "accept"> => ({
    accept: async (offerId: string, meta: AllocMeta, options?: CallOptions): Promise<Alloc> => {
      this.asked.push([member, offerId, meta, options]);
      const error = this.answers[member];
      if (error !== undefined) throw error;
      return { id: `alloc-of-${member}`, resources: meta.want };
    },
  });
}

const asAnn = { owner: "Ann <ann>", labels: { k: "v" } };

describe("acceptFirst", () => {
  it("takes the first candidate that is still there and tells whom it passed over, and why", async () => {
    const members = new Members({ a: GONE, b: LATE, c: undefined, d: undefined });
    const choices = ["a", "b", "c", "d"].map(choice);
    const { signal } = new AbortController();
    const outcome = await acceptFirst(choices, { ...asAnn, clientOf: members.clientOf, signal, timeoutMs: 7 });
    const sent = (member: string): unknown => [member, "1", { want: { cpu: 1 }, ...asAnn }, { signal, timeoutMs: 7 }];
    expect({ outcome, asked: members.asked }).toEqual({
      outcome: {
        kind: "accepted",
        choice: choice("c"),
        alloc: { id: "alloc-of-c", resources: { cpu: 1 } },
        passedOver: [
          { choice: choice("a"), kind: "gone", error: GONE },
          { choice: choice("b"), kind: "failed", error: LATE },
        ],
      },
      asked: [sent("a"), sent("b"), sent("c")],
    });
  });

  it("says that nobody had anything left", async () => {
    const { clientOf } = new Members({ a: GONE });
    expect(await acceptFirst([choice("a")], { ...asAnn, clientOf })).toEqual({
      kind: "none",
      passedOver: [{ choice: choice("a"), kind: "gone", error: GONE }],
    });
    expect(await acceptFirst([], { ...asAnn, clientOf })).toEqual({ kind: "none", passedOver: [] });
  });

  it("stops when it is told to, without asking the next one", async () => {
    const controller = new AbortController();
    const reason = new Error("Ctrl-C");
    const asked: string[] = [];
    const clientOf = (member: string): Pick<ReflowletClient, "accept"> => ({
      accept: async () => {
        asked.push(member);
        controller.abort(reason);
        throw reason;
      },
    });
    const accepting = acceptFirst(["a", "b"].map(choice), { ...asAnn, clientOf, signal: controller.signal });
    await expect(accepting).rejects.toBe(reason);
    expect(asked).toEqual(["a"]);
  });

  it("passes over the recorded full reflowlet as one whose offer is gone", async () => {
    const exchange = recordedExchanges("lease-2023").find(({ note }) => note === "accept on a full reflowlet");
    const clientOf = (): ReflowletClient => new ReflowletClient(new RecordedTransport(exchange!), ADDRESS);
    const full = { ...choice("full"), want: { cpu: 1, mem: 1 } };
    const outcome = await acceptFirst([full], { owner: "bob", labels: {}, clientOf });
    expect(outcome).toMatchObject({ kind: "none", passedOver: [{ choice: full, kind: "gone" }] });
  });
});
