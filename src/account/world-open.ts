import { isTheWorld, parseCidr } from "../lib/cidr.js";
import type { IngressRule } from "./ports.js";

/** The rule lets in everybody. */
export function isWorldOpen({ source }: Pick<IngressRule, "source">): boolean {
  const range = source.kind === "cidr" ? parseCidr(source.cidr) : undefined;
  return range !== undefined && isTheWorld(range);
}
