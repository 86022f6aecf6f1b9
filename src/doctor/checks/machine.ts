import type { Catalog } from "../../catalog/model.js";
import type { Authority } from "../../tls/authority.js";
import type { UserDataReport } from "../../userdata/rendering.js";
import { counted } from "../../lib/counted.js";
import type { Check } from "../check.js";
import { failure, type Finding, ok, skippedFor, warning } from "../finding.js";
import { modeText } from "./configuration.js";

const DAY_MS = 24 * 60 * 60_000;

/** Long enough to get a new authority to everybody who has the old one. */
const AUTHORITY_ENDS_SOON_MS = 30 * DAY_MS;

/** Room for a longer list of types or a key more. */
const FEW_BYTES = 512;

/** On-demand prices change a few times a year, and new types come about as often. */
const OLD_PRICES_DAYS = 90;

/** The authority can be read, is in its dates, and only its owner may read it. */
export const tls: Check = {
  name: "tls",
  needs: ["configuration"],
  consequence: "no reflowlet can be spoken to",
  async run({ authority, clock, config, fileMode }) {
    const { authority: source } = config;
    if (source.kind === "none") return skippedFor("settings");
    const file = source.kind === "file" ? source.path : config.source;
    const finding = judgeAuthority(await authority(), clock.nowMs());
    if (finding.status !== "ok") return finding;
    const mode = source.kind === "file" ? await fileMode(source.path) : undefined;
    if (mode !== undefined && (mode & 0o077) !== 0) {
      return warning(
        `${file} holds the authority's key, and its mode is ${modeText(mode)}`,
        "other users of this machine may read it, and make certificates that every reflowlet trusts",
        `chmod 600 ${file}`,
      );
    }
    return ok(`${file}, ${finding.summary}`);
  },
};

/** Whether certificates that the authority issues are taken. @param nowMs milliseconds since 1970 */
export function judgeAuthority({ certificate }: Pick<Authority, "certificate">, nowMs: number): Finding {
  const [fromMs, toMs] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const renew =
    "end the instances (`reflow-ec2 terminate --all`), move the authority away, and let `reflow-ec2 setup` make another";
  if (nowMs >= toMs) {
    return failure(
      8,
      `the TLS authority ended on ${day(toMs)}`,
      "nobody trusts its certificates: no reflowlet can be spoken to",
      renew,
    );
  }
  if (nowMs < fromMs) {
    return failure(
      8,
      `the TLS authority is valid only from ${day(fromMs)} on`,
      "nobody trusts its certificates yet: no reflowlet can be spoken to",
      "look at this machine's clock, or use the authority that the instances have",
    );
  }
  if (toMs - nowMs < AUTHORITY_ENDS_SOON_MS) {
    return warning(`the TLS authority ends on ${day(toMs)}`, "from then on no reflowlet can be spoken to", renew);
  }
  return ok(`valid until ${day(toMs)}`);
}

/** The user-data is in order and not too large. */
export const userData: Check = {
  name: "user-data",
  needs: ["configuration", "region", "tls"],
  consequence: "nothing can be launched",
  async run(context, signal) {
    const { instanceType, report } = await context.userData(signal);
    return judgeUserData(instanceType, report);
  },
};

/** Whether machines come up with user-data. */
export function judgeUserData(instanceType: string, report: UserDataReport): Finding {
  const { bytes, limit, left, problems } = report;
  const size = `${bytes.toLocaleString("en-US")} of ${limit.toLocaleString("en-US")} bytes for ${instanceType}`;
  const shorten =
    "shorten `cloudconfig` and `instancetypes` under `ec2cluster:`; `reflow-ec2 render --check` shows what is in it";
  if (left < 0) return failure(2, size, "EC2 refuses the launch: allocate ends with exit code 2", shorten);
  const [first] = problems;
  if (first !== undefined) {
    const several = problems.length > 1;
    return failure(
      2,
      several ? `the user-data has ${counted(problems.length, "problem")}` : `${first.source}: ${first.message}`,
      "instances do not come up as they should, and are given up after 15 minutes",
      "`reflow-ec2 render --check` shows them; what is not of your own `ec2cluster: cloudconfig` is a bug: please report it",
      several ? problems : undefined,
    );
  }
  if (left < FEW_BYTES) {
    return warning(`${size}, ${left} left`, "a longer configuration or token may be refused by EC2", shorten);
  }
  return ok(size);
}

/** The catalogue's prices are young enough to choose by. */
export const prices: Check = {
  name: "prices",
  needs: ["configuration", "region"],
  consequence: "the cheapest fleet is not chosen by what it costs",
  async run({ clock, place }) {
    const { core } = await place();
    return judgePrices(core.catalog, clock.nowMs());
  },
};

/** Whether prices are young enough. @param nowMs milliseconds since 1970 */
export function judgePrices({ region, asOf }: Pick<Catalog, "region" | "asOf">, nowMs: number): Finding {
  const days = Math.floor((nowMs - Date.parse(asOf.prices)) / DAY_MS);
  const summary = `of ${asOf.prices} for ${region}`;
  if (days <= OLD_PRICES_DAYS) return ok(summary);
  return warning(
    `${summary}, ${days} days old`,
    "newer types are not known, and fleets are chosen and limited (maxhourlycostusd) by prices that may have changed",
    "install the newest reflow-ec2; docs/catalogue.md tells how its data are made",
  );
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
