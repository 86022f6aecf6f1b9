import type { Generation } from "../../../pool/resources.js";

/**
 * Program files of sandbox machines. Binaries of the real world cannot run here; in their place stand texts whose
 * first line says which program they are.
 */
export type ProgramFile =
  | { readonly kind: "bootstrap"; readonly generation: Generation }
  /** A reflowlet; its version is that of the configuration unless the file names one. */
  | { readonly kind: "reflowlet"; readonly version: string | undefined }
  /** Runs and ends. */
  | { readonly kind: "true" }
  /** A helper of the machine that runs on and does nothing. */
  | { readonly kind: "helper" }
  | { readonly kind: "script"; readonly options: string; readonly text: string }
  /** A script for an interpreter that the machine does not have. */
  | { readonly kind: "bad-interpreter"; readonly interpreter: string };

const HEADER = "#!reflow-ec2-sandbox";

/** The text of a helper program, as downloads of helpers give it. */
export const HELPER_PROGRAM = `${HEADER} helper\n`;

/** The text of the bootstrap program of a generation. */
export function bootstrapProgram(generation: Generation): string {
  return `${HEADER} bootstrap ${generation}\n`;
}

/** What a file runs as; undefined when it is no program. */
export function readProgramFile(content: Buffer): ProgramFile | undefined {
  const text = content.toString("utf8");
  const firstLine = text.split("\n", 1)[0]?.trimEnd() ?? "";
  if (firstLine.startsWith(HEADER)) return sandboxProgram(firstLine.slice(HEADER.length).trim(), text);
  const [, interpreter = "", options = ""] = /^#!\s*(\S+)\s*(.*)$/.exec(firstLine) ?? [];
  if (interpreter === "") return undefined;
  if (/^(\/usr)?\/bin\/(ba)?sh$/.test(interpreter)) return { kind: "script", options, text };
  if (interpreter === "/usr/bin/env" && /^(ba)?sh$/.test(options)) return { kind: "script", options: "", text };
  return { kind: "bad-interpreter", interpreter };
}

function sandboxProgram(words: string, text: string): ProgramFile | undefined {
  switch (words) {
    case "bootstrap 2020":
      return { kind: "bootstrap", generation: 2020 };
    case "bootstrap 2023":
      return { kind: "bootstrap", generation: 2023 };
    case "reflowlet":
      return { kind: "reflowlet", version: /^version:[ \t]*(\S+)[ \t]*$/m.exec(text)?.[1] };
    case "true":
      return { kind: "true" };
    case "helper":
      return { kind: "helper" };
    default:
      return undefined;
  }
}
