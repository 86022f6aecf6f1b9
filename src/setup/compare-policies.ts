import { isDeepStrictEqual } from "node:util";

/**
 * How a policy differs from the one that is wanted, statement by statement, for people; nothing where they say the same.
 * @param present JSON, as AWS keeps it
 * @param wanted JSON
 */
export function policyDifferences(present: string | undefined, wanted: string): readonly string[] {
  if (present === undefined) return ["it has none of the role's name"];
  const [has, needs] = [statementsOf(present), statementsOf(wanted)];
  if (has === undefined || needs === undefined) return ["it cannot be read"];
  const lacking = (these: readonly unknown[], others: readonly unknown[]): readonly unknown[] =>
    these.filter((statement) => !others.some((other) => isDeepStrictEqual(other, statement)));
  return [
    ...lacking(needs, has).map((statement) => `needs ${JSON.stringify(statement)}`),
    ...lacking(has, needs).map((statement) => `has   ${JSON.stringify(statement)}`),
  ];
}

function statementsOf(policy: string): readonly unknown[] | undefined {
  try {
    const data: unknown = JSON.parse(policy);
    if (typeof data !== "object" || data === null || !("Statement" in data)) return undefined;
    const statements: unknown = data.Statement;
    return Array.isArray(statements) ? (statements as readonly unknown[]) : [statements];
  } catch {
    return undefined;
  }
}
