import type { ProbedType } from "../cluster/probe/model.js";
import { usdText } from "../lib/money-text.js";

/** A price an hour for a cell: `0.3060`, `<0.3060` where that is a bound as the spot price is not known, `?` where none is. */
export function hourlyText(price: Pick<ProbedType, "hourlyUsd" | "priceBasis"> | undefined): string {
  return `${price?.priceBasis === "bound" ? "<" : ""}${usdText(price?.hourlyUsd)}`;
}
