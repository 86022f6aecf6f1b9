import { UsageError } from "../../errors.js";
import type { OutputFormat } from "../shared/global-options.js";
import { parseInstanceType } from "../shared/instance-type.js";

/** What `render` is told beside the global flags. */
export interface RenderFlags {
  /** For this type; the one that a plain need would launch when absent. */
  readonly type: string | undefined;
  /** The user-data itself, what is in it, or the bytes that would be sent. */
  readonly show: "text" | "check" | "raw";
}

/** What commander gives for `render`. */
export interface RawRender {
  readonly type?: string;
  readonly check?: boolean;
  readonly raw?: boolean;
}

/** @throws UsageError for a type that cannot be meant, and for flags that exclude each other. */
export function parseRenderFlags({ type, check = false, raw = false }: RawRender, output: OutputFormat): RenderFlags {
  if (raw && check) exclude("--raw", "--check");
  if (raw && output !== "table") exclude("--raw", `--output ${output}`);
  return {
    type: type === undefined ? undefined : parseInstanceType(type),
    show: raw ? "raw" : check ? "check" : "text",
  };
}

function exclude(one: string, other: string): never {
  throw new UsageError(`${one} and ${other} exclude each other`, { hint: "Leave one of them out." });
}
