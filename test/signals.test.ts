import { EventEmitter } from "node:events";
import { describe, expect, it } from "@jest/globals";
import { watchSignals } from "../src/signals.js";

function watch() {
  const source = new EventEmitter();
  const heard: string[] = [];
  watchSignals(
    source,
    (error) => heard.push(`end: ${error.message}, code ${error.exitCode}`),
    (error) => heard.push(`leave: ${error.message}, code ${error.exitCode}`),
  );
  return { source, heard };
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

  it("that follows another, of whatever kind, leaves at once", () => {
    const { source, heard } = watch();
    source.emit("SIGTERM");
    source.emit("SIGINT");
    expect(heard).toEqual(["end: interrupted by SIGTERM, code 143", "leave: interrupted by SIGINT, code 130"]);
  });

  it("goes to whom it is diverted while it is, Ctrl-\\ too, and then ends the command as ever", () => {
    const source = new EventEmitter();
    const heard: string[] = [];
    const divert = watchSignals(
      source,
      ({ signalName }) => heard.push(`end ${signalName}`),
      ({ signalName }) => heard.push(`leave ${signalName}`),
    );
    const restore = divert((name) => heard.push(`diverted ${name}`));
    for (const name of ["SIGINT", "SIGQUIT", "SIGTERM"]) source.emit(name);
    restore();
    for (const name of ["SIGINT", "SIGTERM"]) source.emit(name);
    expect([heard, source.listenerCount("SIGQUIT")]).toEqual([
      ["diverted SIGINT", "diverted SIGQUIT", "diverted SIGTERM", "end SIGINT", "leave SIGTERM"],
      0,
    ]);
  });
});
