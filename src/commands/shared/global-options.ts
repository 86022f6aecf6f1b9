import { type Command, Option } from "commander";
import { UsageError } from "../../errors.js";
import { parseTimeout } from "./timeout.js";

/** How results are written to standard output. */
export const OUTPUT_FORMATS = ["table", "wide", "json", "yaml", "name"] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** The flags that every command takes. */
export interface GlobalOptions {
  readonly config: string | undefined;
  readonly cluster: string | undefined;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly endpointUrl: string | undefined;
  readonly sandbox: boolean;
  readonly output: OutputFormat;
  /** How often `-v` was given. */
  readonly verbosity: number;
  readonly quiet: boolean;
  /** False with `--no-color`; otherwise terminal and environment decide. */
  readonly color: boolean;
  readonly timeoutMs: number | undefined;
}

/** Adds the global flags to the program; commander accepts them before and after the subcommand. */
export function addGlobalOptions(program: Command): void {
  program
    .option("-c, --config <file>", "Reflow configuration (default: $REFLOW_EC2_CONFIG, else ~/.reflow/config.yaml)")
    .option("--cluster <name>", "name of the cluster, instead of the configuration's")
    .option("--region <region>", "AWS region")
    .option("--profile <name>", "profile of the shared AWS files")
    .option("--endpoint-url <url>", "speak to this EC2 endpoint")
    .option("--sandbox", "use EC2 on this machine; starts it in the background when it does not run")
    .addOption(
      new Option("-o, --output <format>", "how the result is written")
        .choices(OUTPUT_FORMATS)
        .default("table", "table"),
    )
    .addOption(
      new Option("-v, --verbose", "tell more; twice for stack traces")
        .preset("")
        .argParser((_value, count: number) => count + 1)
        .default(0),
    )
    .option("-q, --quiet", "no progress and no warnings")
    .option("--no-color", "no colors")
    .option(
      "--timeout <duration>",
      "give up after this long, e.g. 90s, 15m, 1h30m (default where EC2 is waited for: 15m)",
    );
}

/** What commander gives for the global flags. */
interface RawGlobals {
  readonly config?: string;
  readonly cluster?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly sandbox?: boolean;
  readonly output: OutputFormat;
  readonly verbose: number;
  readonly quiet?: boolean;
  readonly color: boolean;
  readonly timeout?: string;
}

/**
 * The global flags of a parsed command line. Names of clusters and regions are checked with the configuration.
 * @throws UsageError for a value that cannot be meant, and for flags that exclude each other.
 */
export function parseGlobalOptions(command: Command): GlobalOptions {
  const raw = command.optsWithGlobals<RawGlobals>();
  if (raw.quiet === true && raw.verbose > 0) exclude("--quiet", "--verbose");
  if (raw.sandbox === true && raw.endpointUrl !== undefined) exclude("--sandbox", "--endpoint-url");
  if (raw.sandbox === true && raw.profile !== undefined) exclude("--sandbox", "--profile");
  for (const [flag, value] of [
    ["--config", raw.config],
    ["--cluster", raw.cluster],
    ["--region", raw.region],
    ["--profile", raw.profile],
  ] as const) {
    if (value?.trim() === "")
      throw new UsageError(`${flag} is empty`, { hint: `Give ${flag} a value, or leave it out.` });
  }
  return {
    config: raw.config,
    cluster: raw.cluster,
    region: raw.region,
    profile: raw.profile,
    endpointUrl: raw.endpointUrl === undefined ? undefined : parseEndpoint(raw.endpointUrl),
    sandbox: raw.sandbox ?? false,
    output: raw.output,
    verbosity: raw.verbose,
    quiet: raw.quiet ?? false,
    color: raw.color,
    timeoutMs: raw.timeout === undefined ? undefined : parseTimeout(raw.timeout, "--timeout"),
  };
}

function parseEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.hostname === "") {
    throw new UsageError(`--endpoint-url '${text}' is not an http or https address`, {
      hint: "For example --endpoint-url http://127.0.0.1:5000.",
    });
  }
  return text;
}

function exclude(one: string, other: string): never {
  throw new UsageError(`${one} and ${other} exclude each other`, { hint: "Leave one of them out." });
}
