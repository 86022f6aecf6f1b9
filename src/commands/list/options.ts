/** What `list` is told beside the global flags. */
export interface ListFlags {
  /** Only those that never became usable in their time. */
  readonly orphans: boolean;
}
