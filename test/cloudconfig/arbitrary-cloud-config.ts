import fc from "fast-check";
import {
  appendFile,
  appendUnit,
  emptyCloudConfig,
  type CloudConfig,
  type CloudFile,
  type CloudUnit,
} from "../../src/cloudconfig/cloud-config.js";

/** Text that YAML may trip over: indentation, tabs, quotes, markers, what reads as a number or a boolean. */
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "grapheme" }),
  fc
    .array(fc.constantFrom("a", " ", "\n", "\t", "\r", "#", ":", "-", "'", '"', "\\", "0", "%", "|"))
    .map((parts) => parts.join("")),
  fc.constantFrom(
    "true",
    "0644",
    "null",
    "~",
    "---",
    "1e3",
    "off",
    "<<",
    "!!binary a",
    "@x",
    "`",
    "\u2028\u0085\ufeff",
  ),
);

const name = fc.stringMatching(/^[a-z]{1,8}$/);

const file: fc.Arbitrary<CloudFile> = fc.record({
  path: name.map((base) => `/etc/${base}`),
  permissions: fc.constantFrom("", "0644", "755", "0600", "1777"),
  owner: fc.constantFrom("", "root", "core:core"),
  content: text,
  encoding: fc.constantFrom("", "base64", "gzip+base64"),
});

const unit: fc.Arbitrary<CloudUnit> = fc.record({
  name: name.map((base) => `${base}.service`),
  command: fc.constantFrom("", "start", "stop", "try-restart"),
  enable: fc.boolean(),
  mask: fc.boolean(),
  runtime: fc.boolean(),
  content: text,
  dropIns: fc.uniqueArray(fc.record({ name: name.map((base) => `${base}.conf`), content: text }), {
    selector: (dropIn) => dropIn.name,
    maxLength: 3,
  }),
});

/** Cloud-configs with each path and unit once, of every shape that we write. */
export const cloudConfigs: fc.Arbitrary<CloudConfig> = fc
  .record({
    files: fc.array(file, { maxLength: 4 }),
    units: fc.array(unit, { maxLength: 4 }),
    rebootStrategy: fc.constantFrom("", "off", "reboot"),
    keys: fc.uniqueArray(fc.stringMatching(/^ssh-[a-z]{2,5} [\w+/]{1,20}$/), { maxLength: 3 }),
  })
  .map(({ files, units, rebootStrategy, keys }) => {
    const base: CloudConfig = {
      ...emptyCloudConfig,
      coreos: { update: { rebootStrategy }, units: [] },
      sshAuthorizedKeys: keys,
    };
    return units.reduce(appendUnit, files.reduce(appendFile, base));
  });
