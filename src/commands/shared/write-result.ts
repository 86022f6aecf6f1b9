import type { TextOutput } from "../../terminal/output.js";
import { yamlText } from "../../terminal/yaml-text.js";
import type { OutputFormat } from "./global-options.js";

/** A result in all the forms that it can be printed in. */
export interface Result {
  /** For people; `wide` asks for everything. */
  readonly text: (wide: boolean) => string | Promise<string>;
  /** The documented JSON; YAML has the same fields. */
  readonly data: () => object;
  /** What the result is called, one a line: ids, a URI. */
  readonly names: () => readonly string[];
}

/** Prints a result in the format that was asked for. */
export async function writeResult(output: TextOutput, format: OutputFormat, result: Result): Promise<void> {
  output.write(await render(format, result));
}

async function render(format: OutputFormat, result: Result): Promise<string> {
  switch (format) {
    case "table":
    case "wide":
      return await result.text(format === "wide");
    case "json":
      return `${JSON.stringify(result.data(), undefined, 2)}\n`;
    case "yaml":
      return await yamlText(result.data());
    case "name":
      return result
        .names()
        .map((name) => `${name}\n`)
        .join("");
  }
}
