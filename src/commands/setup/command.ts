import { type Command, Option } from "commander";
import { parseGlobalOptions } from "../shared/global-options.js";
import type { Dispatch } from "../shared/invocation.js";
import { addSubcommand } from "../shared/subcommand.js";
import { parseSetupFlags, type RawSetup } from "./options.js";

/** Adds `setup` to the program. */
export function addSetupCommand(program: Command, dispatch: Dispatch): void {
  addSubcommand(program, "setup", "make an account ready: authority, security group, instance profile, configuration", [
    "reflow-ec2 setup --region us-west-2 --cidr 203.0.113.7/32 --dry-run",
    "reflow-ec2 setup --bucket my-reflow-cache --create-profile",
    "reflow-ec2 setup --vpc vpc-0123456789abcdef0   # without a default VPC",
    "reflow-ec2 setup --undo",
    "reflow-ec2 setup --sandbox --yes",
  ])
    .option("--vpc <id>", "VPC of the security group (default: that of --subnet, else the default VPC)")
    .option("--subnet <id>", "subnet to launch in; repeatable (default: the VPC's default subnets)", collect)
    .option("--cidr <range>", "your own address: it may reach instances on ports 9000 and 22; repeatable", collect)
    .option("--open-to-the-world", "let --cidr be everybody (0.0.0.0/0, ::/0)")
    .option("--close-world", "take away the group's rules that let everybody in")
    .option(
      "--types <list>",
      "instance types that may be launched, e.g. c6a.large,m6a.large (default: all recommended)",
      collect,
    )
    .option("--bucket <name>", "bucket of the repository; it must be there")
    .option("--image <url>", "the reflowlet binary, s3://bucket/key")
    .option("--reflow-version <version>", "the version of your Reflow, as 'reflow version' prints it")
    .option("--key-name <name>", "EC2 key pair for logging in to instances")
    .option("--public-key <file>", "public key to import as that key pair")
    .option("--instance-profile <name>", "instance profile that is there, name or ARN")
    .option(
      "--create-profile [name]",
      "make an instance profile with the least policy (default name: reflowlet-REGION)",
    )
    .option("--replace-policy", "give the profile that setup made the policy that is needed now")
    .addOption(
      new Option("--generation <year>", "the Reflow that instances run (default: 2023)").choices(["2020", "2023"]),
    )
    .option("--spot", "launch spot instances")
    .option("--undo", "take away what setup made and nobody uses")
    .option("--dry-run", "show the plan, change nothing")
    .option("-y, --yes", "do not ask")
    .action((raw: RawSetup, command: Command) =>
      dispatch({ command: "setup", globals: parseGlobalOptions(command), options: parseSetupFlags(raw) }),
    );
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
