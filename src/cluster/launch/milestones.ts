/** What an instance passes on its way up, in order. */
export const MILESTONES = [
  /** EC2 answered RunInstances, or fulfilled the spot request. */
  "accepted",
  /** EC2 says `running`. */
  "running",
  /** EC2 names the address that it is reached at. */
  "address",
  /** The bootstrap answers over mutual TLS. */
  "bootstrap",
  /** The bootstrap has taken the reflowlet's image. */
  "installed",
  /** The reflowlet answers. */
  "reflowlet",
  /** EC2 shows the tag that the reflowlet sets. */
  "tagged",
  /** The reflowlet's offer is there: it could be allocated. */
  "offer",
] as const;

/** One of them. */
export type Milestone = (typeof MILESTONES)[number];
