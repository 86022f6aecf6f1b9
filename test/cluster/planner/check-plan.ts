import type { FleetPlan, Need, PlanRequest } from "../../../src/cluster/planner/model.js";

/**
 * What is wrong with a plan, found with plain arithmetic and nothing of the planner's; empty when it is sound. On every
 * instance the amounts of what is placed there are added up, and for every need its copies, wherever they are.
 */
export function problemsOf(plan: FleetPlan, request: PlanRequest): string[] {
  const byId = new Map(request.needs.map((need) => [need.id, need]));
  const copies = new Map<string, number>();
  const problems: string[] = [];
  const place = (
    where: string,
    room: Readonly<Record<string, number>>,
    placed: readonly { id: string; copies: number }[],
  ): void => {
    const sums: Record<string, number> = {};
    for (const { id, copies: count } of placed) {
      copies.set(id, (copies.get(id) ?? 0) + count);
      for (const [key, value] of Object.entries(byId.get(id)?.requirements.min ?? {})) {
        sums[key] = (sums[key] ?? 0) + value * count;
      }
    }
    for (const [key, sum] of Object.entries(sums)) {
      // A part in 10^12 is what adding up fractions of a vCPU may be off by.
      if (sum > (room[key] ?? 0) * (1 + 1e-12)) problems.push(`${where}: ${key} ${sum} of ${room[key]}`);
    }
  };
  for (const { offering, count, instances } of plan.launches) {
    if (instances.length !== count) problems.push(`${offering.instanceType}: ${count}, but ${instances.length} filled`);
    for (const placed of instances) {
      if (placed.length === 0) problems.push(`${offering.instanceType}: launched for nothing`);
      place(offering.instanceType, offering.resources, placed);
    }
  }
  for (const { id, needs } of plan.servedByPending) {
    place(id, request.pending?.find((capacity) => capacity.id === id)?.free ?? {}, needs);
  }
  for (const { id, copies: count, reason } of plan.unserved) {
    copies.set(id, (copies.get(id) ?? 0) + count);
    if (reason === "") problems.push(`${id}: no reason`);
  }
  for (const need of request.needs) {
    const told = copies.get(need.id) ?? 0;
    if (told !== wantedCopies(need)) problems.push(`${need.id}: ${told} copies told of, ${wantedCopies(need)} wanted`);
  }
  const { instances = Infinity, pendingLaunches = Infinity, hourlyUsd = Infinity } = request.limits ?? {};
  const launched = plan.launches.reduce((sum, { count }) => sum + count, 0);
  const usd = plan.launches.reduce((sum, { count, offering }) => sum + count * offering.price.totalUsd, 0);
  if (launched > Math.min(instances, pendingLaunches)) problems.push(`${launched} launches`);
  if (usd > hourlyUsd + 1e-9) problems.push(`${usd} USD`);
  if (Math.abs(usd - plan.hourlyUsd) > 1e-6) problems.push(`${usd} USD, told as ${plan.hourlyUsd}`);
  return problems;
}

/** The copies that Reflow's 2023 makes of a need. */
function wantedCopies({ requirements }: Need): number {
  return Math.max(requirements.width, 1);
}
