import { UsageError } from "../../errors.js";
import { cidrText, isTheWorld, parseCidr } from "../../lib/cidr.js";
import type { SetupWishes } from "../../setup/model.js";

/** What `setup` is told beside the global flags. */
export interface SetupFlags {
  readonly wishes: SetupWishes;
  readonly undo: boolean;
  readonly dryRun: boolean;
  /** Do not ask. */
  readonly yes: boolean;
}

/** What commander gives for the flags of `setup`. */
export interface RawSetup {
  readonly vpc?: string;
  readonly subnet?: readonly string[];
  readonly cidr?: readonly string[];
  readonly openToTheWorld?: boolean;
  readonly closeWorld?: boolean;
  readonly types?: readonly string[];
  readonly bucket?: string;
  readonly image?: string;
  readonly reflowVersion?: string;
  readonly keyName?: string;
  readonly publicKey?: string;
  readonly instanceProfile?: string;
  readonly createProfile?: string | true;
  readonly replacePolicy?: boolean;
  readonly generation?: "2020" | "2023";
  readonly spot?: boolean;
  readonly undo?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** @throws UsageError for values that cannot be meant, and for flags that exclude each other */
export function parseSetupFlags(raw: RawSetup): SetupFlags {
  const { undo = false, dryRun = false, yes = false } = raw;
  if (undo) refuseBesideUndo(raw);
  if (raw.instanceProfile !== undefined && raw.createProfile !== undefined) {
    exclude("--instance-profile", "--create-profile");
  }
  if (raw.openToTheWorld === true && raw.closeWorld === true) exclude("--open-to-the-world", "--close-world");
  if (raw.publicKey !== undefined && raw.keyName === undefined) {
    throw new UsageError("--public-key needs the name that the key pair is to have", {
      hint: "For example --key-name ann --public-key ~/.ssh/id_ed25519.pub.",
    });
  }
  return { wishes: parseWishes(raw), undo, dryRun, yes };
}

function parseWishes(raw: RawSetup): SetupWishes {
  return {
    vpcId: like("--vpc", raw.vpc, /^vpc-[0-9a-z]+$/, "vpc-0123456789abcdef0"),
    subnetIds: listOf(raw.subnet)?.map((id) =>
      checked("--subnet", id, /^subnet-[0-9a-z]+$/, "subnet-0123456789abcdef0"),
    ),
    cidrs: parseCidrs(raw),
    closeWorld: raw.closeWorld,
    instanceTypes: listOf(raw.types)?.map((type) => checked("--types", type, /^[a-z0-9-]+\.[a-z0-9-]+$/, "c6a.xlarge")),
    bucket: like(
      "--bucket",
      raw.bucket?.replace(/^s3:\/\//, ""),
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      "my-reflow-cache",
    ),
    image: like("--image", raw.image, /^s3:\/\/[a-z0-9][a-z0-9.-]+\/.+$/, "s3://my-reflow-cache/reflowlet"),
    reflowVersion: like("--reflow-version", raw.reflowVersion, /^[^\s,]{1,255}$/, "reflow1.24.0"),
    keyName: like("--key-name", raw.keyName, /^[\x20-\x7e]{1,255}$/, "ann"),
    publicKeyPath: like("--public-key", raw.publicKey, /./, "~/.ssh/id_ed25519.pub"),
    instanceProfile: like("--instance-profile", raw.instanceProfile, PROFILE, "reflowlet"),
    createProfile:
      raw.createProfile === true
        ? true
        : like("--create-profile", raw.createProfile, /^[A-Za-z0-9_+=,.@-]{1,64}$/, "reflowlet"),
    replacePolicy: raw.replacePolicy,
    generation: raw.generation === undefined ? undefined : raw.generation === "2020" ? 2020 : 2023,
    spot: raw.spot,
  };
}

const PROFILE = /^(arn:aws[a-z-]*:iam::[0-9]{12}:instance-profile\/.+|[A-Za-z0-9_+=,.@-]{1,128})$/;

function parseCidrs({ cidr, openToTheWorld = false }: RawSetup): readonly string[] | undefined {
  const ranges = listOf(cidr)?.map((text) => {
    const range = parseCidr(text);
    if (range !== undefined) return range;
    throw new UsageError(`--cidr '${text}' is not an address or a range of addresses`, {
      hint: "For example --cidr 203.0.113.7/32; the address that AWS sees is at https://checkip.amazonaws.com.",
    });
  });
  const world = ranges?.filter(isTheWorld).map(cidrText) ?? [];
  if (world.length > 0 && !openToTheWorld) {
    throw new UsageError(`--cidr ${world.join(", ")} would let everybody connect to the instances`, {
      hint: "State your own address, e.g. --cidr 203.0.113.7/32. If it is meant, add --open-to-the-world.",
    });
  }
  if (openToTheWorld && world.length === 0) {
    throw new UsageError("--open-to-the-world is only a leave for --cidr 0.0.0.0/0 or ::/0", {
      hint: "Leave it out, or add --cidr 0.0.0.0/0 if everybody is to be let in.",
    });
  }
  return ranges === undefined ? undefined : [...new Set(ranges.map(cidrText))];
}

/** Values of a flag that may be repeated, and may hold several with commas between. */
function listOf(values: readonly string[] | undefined): readonly string[] | undefined {
  return values === undefined
    ? undefined
    : [...new Set(values.flatMap((value) => value.split(",")).map((value) => value.trim()))];
}

function like(flag: string, value: string | undefined, shape: RegExp, example: string): string | undefined {
  return value === undefined ? undefined : checked(flag, value, shape, example);
}

function checked(flag: string, value: string, shape: RegExp, example: string): string {
  if (shape.test(value)) return value;
  throw new UsageError(`${flag} '${value}' cannot be meant`, { hint: `For example ${flag} ${example}.` });
}

/** Undoing finds by itself what setup made; these name what no configuration names. */
const BESIDE_UNDO: readonly (keyof RawSetup)[] = ["undo", "dryRun", "yes", "vpc", "keyName", "createProfile"];

function refuseBesideUndo(raw: RawSetup): void {
  const other = (Object.keys(raw) as (keyof RawSetup)[]).find(
    (flag) => raw[flag] !== undefined && !BESIDE_UNDO.includes(flag),
  );
  if (other !== undefined) exclude("--undo", `--${other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
}

function exclude(one: string, other: string): never {
  throw new UsageError(`${one} and ${other} exclude each other`, { hint: "Leave one of them out." });
}
