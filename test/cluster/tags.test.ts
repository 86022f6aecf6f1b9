import { describe, expect, it } from "@jest/globals";
import { instanceTags, queryTags } from "../../src/cluster/tags.js";
import { SETTINGS } from "../support/cluster-world.js";

const of = (generation: 2020 | 2023, labels = {}): typeof SETTINGS => ({ ...SETTINGS, generation, labels });

describe("the tags of a cluster", () => {
  it("find members as a driver of 2020 does, by name, cluster, manager and version", () => {
    expect(queryTags(of(2020))).toEqual({
      Name: "ann (reflow)",
      cluster: "default",
      managedby: "reflow",
      "reflowlet:version": "v1",
    });
  });

  it("find members as a driver of 2023 does, by the user as well", () => {
    expect(queryTags(of(2023))).toEqual({
      Name: "ann (reflow)",
      cluster: "default",
      managedby: "reflow",
      user: "ann",
      "reflowlet:version": "v1",
    });
  });

  it.each([2020, 2023] as const)("mark instances of %s with the user and the labels", (generation) => {
    expect(instanceTags(of(generation, { team: "genomics" }))).toEqual({
      Name: "ann (reflow)",
      cluster: "default",
      managedby: "reflow",
      user: "ann",
      team: "genomics",
    });
  });

  it("are never displaced by a label of the same key", () => {
    const labels = { cluster: "other", user: "eve", Name: "x", managedby: "eve" };
    expect(instanceTags(of(2023, labels))).toEqual({
      Name: "ann (reflow)",
      cluster: "default",
      managedby: "reflow",
      user: "ann",
    });
  });
});
