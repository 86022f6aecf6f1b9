/** Where a value of the effective configuration comes from. */
export type Origin =
  | { readonly kind: "flag" | "environment"; readonly name: string }
  | { readonly kind: "file"; readonly file: string; readonly line: number }
  /** The keys of the file that give its generation away. */
  | { readonly kind: "keys"; readonly file: string; readonly keys: readonly KeyPlace[] }
  /** `profile`: the shared AWS files; `login`: the system's user; `public-key`: `~/.ssh/id_rsa.pub`. */
  | { readonly kind: "default" | "profile" | "sandbox" | "login" | "public-key" };

/** A key of the file. */
export interface KeyPlace {
  readonly key: string;
  readonly line: number;
}

/** A value that is in force. */
export interface EffectiveValue {
  /** Dotted path in the file, or the name of a fact. */
  readonly key: string;
  /** Plain data; null where nothing is set and there is no default. */
  readonly value: unknown;
  readonly origin: Origin;
  /** The value, or a part of it, is a secret and not shown. */
  readonly masked: boolean;
}

/** The origin of what nobody has set. */
export const DEFAULT: Origin = { kind: "default" };
