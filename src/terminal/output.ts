/** A stream that text is written to: standard output, standard error, or a test's. */
export interface TextOutput {
  write(text: string): void;
  /** A person reads it. */
  readonly isTTY: boolean;
  /** Width in characters, where it has one. */
  readonly columns: number | undefined;
}

/** Width that is assumed where a terminal does not say. */
export const DEFAULT_COLUMNS = 80;
