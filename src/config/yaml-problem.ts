/** Where a value stands in the data: keys, and indices of lists. */
export type YamlPath = readonly (string | number)[];

/** A mistake in a YAML text, found at a 1-based line. */
export interface YamlProblem {
  readonly line: number;
  readonly path: YamlPath;
  readonly message: string;
}
