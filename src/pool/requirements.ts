import { max, isZero, resourcesText, scale, type Generation, type Resources } from "./resources.js";

/** What is asked for: at least `min`, up to `1 + width` times as much. */
export interface Requirements {
  readonly min: Resources;
  /** 0 is one job; above it, as many more of the same beside it as can be had. */
  readonly width: number;
}

/** The most that the requirements can use: `min` times `1 + width`. */
export function requirementsMax(r: Requirements): Resources {
  return scale(r.min, 1 + r.width);
}

/** Both together: the greater minimum, the widths summed. */
export function addRequirements(r: Requirements, other: Requirements): Requirements {
  return { min: max(r.min, other.min), width: r.width + other.width };
}

/** `r` with a step that runs before or after it. */
export function addSerial(r: Requirements, step: Resources): Requirements {
  return { min: max(r.min, step), width: r.width };
}

/** `r` with a step that runs beside it. The first one widens the requirements in 2020 already, in 2023 not. */
export function addParallel(r: Requirements, step: Resources, generation: Generation): Requirements {
  const widens = generation === 2020 || !isZero(r.min);
  return { min: max(r.min, step), width: widens ? r.width + 1 : r.width };
}

/** The text that Reflow prints: that of the minimum, and `#<width>` when the width is above 1. */
export function requirementsText(r: Requirements): string {
  return r.width > 1 ? `${resourcesText(r.min)}#${r.width}` : resourcesText(r.min);
}
