// The lower bound that fleets are measured by, from a linear-programming solver that we did not write.
import * as highsModule from "highs";

/** An offering for the bound: what it holds and costs. */
export interface BoundOffering {
  readonly amounts: readonly number[];
  readonly usd: number;
}

/** More cells than this, and needs are no longer told apart: the solver would take minutes. */
const MOST_CELLS = 20_000;

/** Bytes become GiB, so that the solver's tolerances mean something. */
const SCALES = { cpu: 1, mem: 2 ** 30, disk: 2 ** 30 };

export type BoundSolver = (needs: readonly (readonly number[])[], offerings: readonly BoundOffering[]) => number;

/**
 * Loads the solver. A need is `[vCPUs, memory bytes, disk bytes]`, as is what an offering holds. No fleet costs less
 * than the bound, since instances may be bought in parts, and needs be cut into parts: each part of a need must be on a
 * type that holds the whole need. Where there are too many needs for that, only the sums must be held; on the recorded
 * workloads the two agree from three needs on.
 */
export async function loadBoundSolver(): Promise<BoundSolver> {
  // A CommonJS module whose type says that it has a default export: by Node's rules that is one level further down.
  const load = highsModule.default as unknown as typeof highsModule.default.default;
  const highs = await load();
  return (needs, offerings) => {
    const groups = grouped(needs.map(scaled));
    const useful = undominated(offerings.map(({ amounts, usd }) => ({ amounts: scaled(amounts), usd })));
    const model =
      groups.length * useful.length > MOST_CELLS ? sumsModel(groups, useful) : assignmentModel(groups, useful);
    const { Status, ObjectiveValue } = highs.solve(model);
    if (Status !== "Optimal") throw new Error(`the solver ended with ${Status}`);
    return ObjectiveValue;
  };
}

interface Group {
  readonly amounts: readonly number[];
  count: number;
}

function scaled(amounts: readonly number[]): number[] {
  const scales = Object.values(SCALES);
  return amounts.map((amount, d) => amount / scales[d]!);
}

function grouped(needs: readonly (readonly number[])[]): Group[] {
  const groups = new Map<string, Group>();
  for (const amounts of needs) {
    const name = amounts.join();
    const group = groups.get(name) ?? { amounts, count: 0 };
    group.count += 1;
    groups.set(name, group);
  }
  return [...groups.values()];
}

/** Without the offerings of which another holds as much for no more. */
function undominated(offerings: readonly BoundOffering[]): BoundOffering[] {
  const kept: BoundOffering[] = [];
  for (const one of [...offerings].sort((a, b) => a.usd - b.usd)) {
    if (!kept.some(({ amounts }) => holds(amounts, one.amounts))) kept.push(one);
  }
  return kept;
}

function holds(amounts: readonly number[], need: readonly number[]): boolean {
  return need.every((needed, d) => needed <= amounts[d]!);
}

function sumsModel(groups: readonly Group[], offerings: readonly BoundOffering[]): string {
  const rows = groups[0]!.amounts.map((_, d) => {
    const sum = groups.reduce((total, { amounts, count }) => total + amounts[d]! * count, 0);
    return `${sumOf(offerings.map(({ amounts }, j) => `${amounts[d]!} x${j}`))} >= ${sum}`;
  });
  return lpText(offerings, rows);
}

function assignmentModel(groups: readonly Group[], offerings: readonly BoundOffering[]): string {
  const fitting = groups.map(({ amounts }) => offerings.map((offering) => holds(offering.amounts, amounts)));
  const placed = groups.map(
    ({ count }, g) => `${sumOf(offerings.flatMap((_, j) => (fitting[g]![j]! ? [`y${g}_${j}`] : [])))} >= ${count}`,
  );
  const held = offerings.flatMap(({ amounts: capacity }, j) =>
    capacity.flatMap((room, d) => {
      const used = groups.flatMap(({ amounts }, g) =>
        fitting[g]![j]! && amounts[d]! > 0 ? [`${amounts[d]!} y${g}_${j}`] : [],
      );
      return used.length === 0 ? [] : [`${sumOf(used)} - ${room} x${j} <= 0`];
    }),
  );
  return lpText(offerings, [...placed, ...held]);
}

/** The solver's text format takes lines of 510 characters at most. */
function sumOf(terms: readonly string[]): string {
  return terms.join("\n + ");
}

function lpText(offerings: readonly BoundOffering[], rows: readonly string[]): string {
  const price = sumOf(offerings.map(({ usd }, j) => `${usd} x${j}`));
  return ["Minimize", price, "Subject To", ...rows.map((row, at) => `r${at}: ${row}`), "End"].join("\n");
}
