/** What `free` is told beside the global flags. */
export interface FreeFlags {
  readonly uris: readonly string[];
}
