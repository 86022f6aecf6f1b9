import { beforeEach, describe, expect, it } from "@jest/globals";
import { TokenBucket } from "../../src/lib/token-bucket.js";
import { FakeClock } from "../support/fake-clock.js";

const quiet = new AbortController().signal;

let clock: FakeClock;
let bucket: TokenBucket;
let gone: string[];
beforeEach(() => {
  clock = new FakeClock();
  bucket = new TokenBucket(clock, { burst: 2, perSecond: 1 });
  gone = [];
});

/** Takes a token for `name`, and notes in seconds when it had it. */
function take(name: string, signal: AbortSignal = quiet): Promise<void> {
  return bucket.take(signal).then(
    () => void gone.push(`${name} at ${clock.monotonicMs() / 1_000}`),
    () => void gone.push(`${name} gave up at ${clock.monotonicMs() / 1_000}`),
  );
}

/** Lets everybody go, and tells who went when. */
async function all(...takes: readonly Promise<void>[]): Promise<string[]> {
  await clock.runUntil(Promise.all(takes));
  return gone;
}

describe("a token bucket", () => {
  it("lets a burst go at once, and the others one by one in their order", async () => {
    expect(await all(take("a"), take("b"), take("c"), take("d"))).toEqual(["a at 0", "b at 0", "c at 1", "d at 2"]);
  });

  it("fills while nobody comes, and not above its burst", async () => {
    await all(take("a"), take("b"));
    await clock.advance(60_000);
    expect((await all(take("c"), take("d"), take("e"))).slice(2)).toEqual(["c at 60", "d at 60", "e at 61"]);
  });

  it("leaves the turn of those who give up to others, and no timer when nobody is left", async () => {
    const [b, c] = [new AbortController(), new AbortController()];
    const takes = [take("a"), take("a2"), take("b", b.signal), take("c", c.signal)];
    await clock.advance(500);
    b.abort();
    await clock.advance(500);
    expect(gone).toEqual(["a at 0", "a2 at 0", "b gave up at 0.5", "c at 1"]);
    takes.push(take("d", c.signal));
    await clock.advance(100);
    c.abort();
    await Promise.all(takes);
    expect([gone.at(-1), clock.sleeping]).toEqual(["d gave up at 1.1", 0]);
  });

  it("takes nobody whose signal has aborted", async () => {
    await expect(bucket.take(AbortSignal.abort(new Error("stop")))).rejects.toThrow("stop");
  });
});

describe("a token bucket that is slowed down", () => {
  it("is empty, and fills half as fast", async () => {
    bucket.slowDown(0);
    expect(await all(take("a"), take("b"))).toEqual(["a at 2", "b at 4"]);
  });

  it("counts complaints about what went before as the same one, and slows again for later ones", async () => {
    await clock.advance(1_000);
    bucket.slowDown(900);
    bucket.slowDown(900);
    await all(take("a"));
    bucket.slowDown(3_000);
    expect(await all(take("b"))).toEqual(["a at 3", "b at 7"]);
  });

  it("doubles its pace after every five seconds without a complaint, until it is whole", async () => {
    for (let sentMs = 0; sentMs < 8; sentMs += 1) bucket.slowDown(sentMs);
    // One in 8 s at first, one in 4 s after 5 s, and so on.
    expect(await all(take("a"), take("b"), take("c"), take("d"), take("e"))).toEqual([
      "a at 6.5",
      "b at 10.25",
      "c at 12.25",
      "d at 14.25",
      "e at 15.625",
    ]);
    await clock.advance(60_000);
    gone = [];
    expect(await all(take("f"), take("g"), take("h"))).toEqual(["f at 75.625", "g at 75.625", "h at 76.625"]);
  });
});
