import { EventEmitter } from "node:events";
import { describe, expect, it } from "@jest/globals";
import { watchSignals } from "../src/signals.js";
import { FakeClock } from "./support/fake-clock.js";

function watch() {
  const source = new EventEmitter();
  const heard: string[] = [];
  const clock = new FakeClock();
  watchSignals(
    source,
    clock,
    (error) => heard.push(`end: ${error.message}, code ${error.exitCode}`),
    (error) => heard.push(`leave: ${error.message}, code ${error.exitCode}`),
  );
  return { source, heard, clock };
}

describe("a signal", () => {
  it.each([
    ["SIGINT", "end: interrupted by SIGINT, code 130"],
    ["SIGTERM", "end: interrupted by SIGTERM, code 143"],
    ["SIGHUP", "end: interrupted by SIGHUP, code 129"],
  ])("%s asks the command to end", (name, expected) => {
    const { source, heard } = watch();
    source.emit(name);
    expect(heard).toEqual([expected]);
  });

  it("that follows another a second later, of whatever kind, leaves at once", async () => {
    const { source, heard, clock } = watch();
    source.emit("SIGTERM");
    await clock.advance(1_000);
    source.emit("SIGINT");
    expect(heard).toEqual(["end: interrupted by SIGTERM, code 143", "leave: interrupted by SIGINT, code 130"]);
  });

  it("that comes earlier is the echo of the first: a closing terminal sends two, and cleaning up goes on", async () => {
    const { source, heard, clock } = watch();
    source.emit("SIGHUP");
    await clock.advance(999);
    source.emit("SIGHUP");
    expect(heard).toEqual(["end: interrupted by SIGHUP, code 129"]);
  });

  it("goes to whom it is diverted while it is, Ctrl-\\ too, and then ends the command as ever", async () => {
    const source = new EventEmitter();
    const heard: string[] = [];
    const clock = new FakeClock();
    const divert = watchSignals(
      source,
      clock,
      ({ signalName }) => heard.push(`end ${signalName}`),
      ({ signalName }) => heard.push(`leave ${signalName}`),
    );
    const restore = divert((name) => heard.push(`diverted ${name}`));
    for (const name of ["SIGINT", "SIGQUIT", "SIGTERM"]) source.emit(name);
    restore();
    source.emit("SIGINT");
    await clock.advance(1_000);
    source.emit("SIGTERM");
    expect([heard, source.listenerCount("SIGQUIT")]).toEqual([
      ["diverted SIGINT", "diverted SIGQUIT", "diverted SIGTERM", "end SIGINT", "leave SIGTERM"],
      0,
    ]);
  });
});
