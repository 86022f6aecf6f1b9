import { PassThrough, Readable } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import { readAll } from "../../src/lib/read-all.js";

const { signal } = new AbortController();

describe("reading a stream", () => {
  it("gives all of it, in whatever pieces it comes", async () => {
    const pieces = [Buffer.from("a\xff", "latin1"), "b", Buffer.from("c")];
    expect((await readAll(Readable.from(pieces), 100, signal)).toString("latin1")).toBe("a\xffbc");
    expect(await readAll(Readable.from([]), 100, signal)).toEqual(Buffer.alloc(0));
  });

  it("stops after more than is wanted, however much would come", async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(10);
      })(),
    );
    expect((await readAll(endless, 25, signal)).length).toBe(30);
  });

  it("is given up at a signal, with its reason, and tells a stream's own error", async () => {
    const controller = new AbortController();
    const reading = readAll(new PassThrough(), 100, controller.signal);
    controller.abort(new Error("Ctrl-C"));
    await expect(reading).rejects.toThrow("Ctrl-C");
    const broken = new Readable({ read: () => broken.destroy(new Error("EIO")) });
    await expect(readAll(broken, 100, signal)).rejects.toThrow("EIO");
  });
});
