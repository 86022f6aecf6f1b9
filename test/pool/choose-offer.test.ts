import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { chooseOffers, wantFrom } from "../../src/pool/choose-offer.js";
import type { Requirements } from "../../src/pool/requirements.js";
import type { Resources } from "../../src/pool/resources.js";

const GIB = 2 ** 30;

/** `cpu`, GiB of memory, GiB of disk. */
const resources = (cpu: number, memGiB: number, diskGiB = 100): Resources => ({
  cpu,
  mem: memGiB * GIB,
  disk: diskGiB * GIB,
});

const offered = (sizes: Readonly<Record<string, Resources>>): Parameters<typeof chooseOffers<string>>[0] =>
  Object.entries(sizes).map(([member, available]) => ({ member, offer: { id: "1", available } }));

const needing = (min: Resources, width = 0): Requirements => ({ min, width });

describe("chooseOffers", () => {
  const order = (
    sizes: Readonly<Record<string, Resources>>,
    requirements: Requirements,
    generation: 2020 | 2023 = 2023,
  ): readonly string[] => chooseOffers(offered(sizes), requirements, generation).map(({ member }) => member);

  it("leaves out what has less than the minimum, of features too", () => {
    const sizes = { small: resources(1, 4), plain: resources(4, 16), avx: { ...resources(4, 16), intel_avx: 4 } };
    expect(order(sizes, needing({ cpu: 2, intel_avx: 1 }))).toEqual(["avx"]);
  });

  it("takes the closest fit first", () => {
    const sizes = { huge: resources(96, 384), tight: resources(2, 8), roomy: resources(8, 32) };
    expect(order(sizes, needing(resources(2, 8, 1)))).toEqual(["tight", "roomy", "huge"]);
  });

  it("takes what has the maximum before what is closer but has only the minimum", () => {
    const sizes = { near: resources(3, 12), far: resources(96, 384) };
    expect(order(sizes, needing(resources(1, 4, 1), 3))).toEqual(["far", "near"]);
  });

  it("leaves ties in the order given, and so chooses alike each time", () => {
    const sizes = { b: resources(4, 16), a: resources(4, 16), c: resources(4, 16) };
    expect(order(sizes, needing(resources(1, 1)))).toEqual(["b", "a", "c"]);
  });

  it("weighs memory against vCPUs by the year", () => {
    const sizes = { cpus: resources(9, 8), memory: resources(2, 8 + 45) };
    const need = needing(resources(2, 8, 1));
    expect([order(sizes, need, 2020), order(sizes, need, 2023)]).toEqual([
      ["cpus", "memory"],
      ["memory", "cpus"],
    ]);
  });

  it("gives each choice its member, its offer and what to ask for", () => {
    const [choice] = chooseOffers(offered({ m: resources(4, 16) }), needing({ cpu: 1, mem: GIB }), 2023);
    expect(choice).toEqual({
      member: "m",
      offer: { id: "1", available: resources(4, 16) },
      want: { cpu: 1, mem: GIB },
    });
  });

  it.each([{}, { cpu: 0, mem: 0 }])("finds nothing to ask for when nothing is needed: %j", (min) => {
    expect(order({ m: resources(4, 16) }, needing(min))).toEqual([]);
  });

  it("finds nothing among no offers", () => {
    expect(order({}, needing({ cpu: 1 }))).toEqual([]);
  });
});

describe("wantFrom", () => {
  const free = resources(4, 16);

  it.each<[string, Resources, number, Resources]>([
    ["what is needed where more is left", { cpu: 1, mem: GIB }, 0, { cpu: 1, mem: GIB }],
    ["the maximum where it is there", { cpu: 1, mem: GIB }, 2, { cpu: 3, mem: 3 * GIB }],
    ["everything when no vCPU would be left", { cpu: 4, mem: GIB }, 0, free],
    ["everything when no memory would be left", { cpu: 1, mem: 16 * GIB }, 0, free],
    ["everything when no disk would be left", { cpu: 1, disk: 100 * GIB }, 0, free],
    ["as much of the maximum as there is, which is everything", { cpu: 1, mem: GIB }, 9, free],
    ["all but a fraction of a vCPU", { cpu: 3.5, mem: GIB }, 0, { cpu: 3.5, mem: GIB }],
  ])("asks for %s", (_, min, width, want) => {
    expect(wantFrom(free, needing(min, width), 2023)).toEqual(want);
  });

  it("asks for everything in 2020 when the requirements are wide", () => {
    const wants = ([2020, 2023] as const).map((year) => wantFrom(free, needing({ cpu: 1, mem: GIB }, 1), year));
    expect(wants).toEqual([free, { cpu: 2, mem: 2 * GIB }]);
  });

  it("never asks for more than is free, whatever is needed", () => {
    const rows = JSON.parse(
      readFileSync(new URL("../fixtures/tables/resources.json", import.meta.url), "utf8"),
    ) as readonly { x: Resources; y: Resources }[];
    const greedy = rows.flatMap(({ x, y }) =>
      chooseOffers(offered({ m: x }), needing(y, 1), 2023).flatMap(({ want }) =>
        Object.keys(want).filter((key) => (want[key] ?? 0) > (x[key] ?? 0)),
      ),
    );
    expect(greedy).toEqual([]);
  });
});
