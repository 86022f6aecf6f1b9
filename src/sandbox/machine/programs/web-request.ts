/** What came of asking for a URL. */
export type WebAnswer =
  | { readonly kind: "reply"; readonly status: number; readonly body: Buffer }
  | { readonly kind: "unknown-host"; readonly host: string }
  | { readonly kind: "bad-url" };

/** A request as curl and wget make it. */
export interface WebRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}
