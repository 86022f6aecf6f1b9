import { type Command, Option } from "commander";
import { parseGlobalOptions } from "../shared/global-options.js";
import type { Dispatch } from "../shared/invocation.js";
import { addSubcommand } from "../shared/subcommand.js";
import { type RawKeepalive, parseKeepaliveFlags } from "./options.js";

/** Adds `keepalive` to the program. */
export function addKeepaliveCommand(program: Command, dispatch: Dispatch): void {
  addSubcommand(program, "keepalive", "renew the leases of allocs, once", [
    "reflow-ec2 keepalive 203.0.113.7:9000/4640204a5fd6ce42",
    "reflow-ec2 keepalive --interval 5m 203.0.113.7:9000/4640204a5fd6ce42",
  ])
    .argument("[uris...]", "allocs, as allocate prints them")
    .addOption(
      new Option("--interval <duration>", "how long the leases run from now; 5m at most with Reflow 2023").default(
        "2m",
        "2m",
      ),
    )
    .action((uris: readonly string[], raw: RawKeepalive, command: Command) =>
      dispatch({
        command: "keepalive",
        globals: parseGlobalOptions(command),
        options: parseKeepaliveFlags(uris, raw),
      }),
    );
}
