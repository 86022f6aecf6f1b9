import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { emptyCloudConfig, type CloudConfig } from "../../src/cloudconfig/cloud-config.js";
import { parseCloudConfig, parseCloudConfigText } from "../../src/cloudconfig/parse-cloud-config.js";
import { ConfigError } from "../../src/errors.js";

const unit = { name: "a.service", command: "", enable: false, mask: false, runtime: false, content: "", dropIns: [] };

const everything: CloudConfig = {
  writeFiles: [{ path: "/a", permissions: "0644", owner: "core:core", content: "x\n", encoding: "" }],
  coreos: {
    update: { rebootStrategy: "off" },
    units: [{ ...unit, command: "start", enable: true, dropIns: [{ name: "1.conf", content: "[Service]\n" }] }],
  },
  sshAuthorizedKeys: ["ssh-rsa A ann"],
};

describe("parseCloudConfig", () => {
  it.each([[undefined], [null], [{}], [""], [{ coreos: null, write_files: null }], [{ coreos: { units: [] } }]])(
    "takes %j for an empty cloud-config",
    (value) => {
      expect(parseCloudConfig(value, "config.yaml")).toEqual(emptyCloudConfig);
    },
  );

  it.each([["_"], ["-"]])("reads keys spelt with %s", (mark) => {
    const value = {
      [`write${mark}files`]: [{ path: "/a", permissions: "0644", owner: "core:core", content: "x\n" }],
      coreos: {
        update: { [`reboot${mark}strategy`]: "off" },
        units: [
          {
            name: "a.service",
            command: "start",
            enable: true,
            [`drop${mark}ins`]: [{ name: "1.conf", content: "[Service]\n" }],
          },
        ],
      },
      [`ssh${mark}authorized${mark}keys`]: ["ssh-rsa A ann\n"],
    };
    expect(parseCloudConfig(value, "config.yaml")).toEqual(everything);
  });

  it.each([
    ["0644", "0644"],
    ["755", "755"],
    [644, "0644"],
    [1777, "1777"],
  ])("takes the permissions %j for %s", (permissions, expected) => {
    const config = parseCloudConfig({ write_files: [{ path: "/a", permissions }] }, "config.yaml");
    expect(config.writeFiles).toEqual([{ path: "/a", permissions: expected, owner: "", content: "", encoding: "" }]);
  });

  it.each([
    [true, true],
    ["yes", true],
    ["On", true],
    ["false", false],
    ["no", false],
    ["OFF", false],
  ])("takes enable: %j for %j", (enable, expected) => {
    const config = parseCloudConfig({ coreos: { units: [{ name: "a.service", enable }] } }, "config.yaml");
    expect(config.coreos.units).toEqual([{ ...unit, enable: expected }]);
  });

  it("takes no reboot strategy that a machine would refuse together with all the rest", () => {
    const value = { coreos: { update: { "reboot-strategy": "never" } } };
    const message = "unknown reboot strategy never; expected one of best-effort, etcd-lock, off, reboot";
    expect(problemsOf(() => parseCloudConfig(value, "config.yaml"))).toEqual([
      { source: "config.yaml", key: "coreos.update.reboot_strategy", message },
    ]);
  });

  it("reports every mistake at once, with its place", () => {
    const value = {
      hostname: "a",
      write_files: [
        { path: "a", permissions: "rw", encoding: "rot13" },
        { content: {} },
        { path: "/b" },
        { path: "/b" },
        "c",
      ],
      coreos: {
        update: "off",
        units: [{ name: "a", command: "begin", enable: "perhaps", drop_ins: [{ name: [] }] }, { name: "a" }],
      },
      ssh_authorized_keys: "ssh-rsa A",
    };
    const key = "ec2cluster.cloudconfig";
    const problem = (place: string, message: string): object => ({
      source: "config.yaml",
      key: `${key}.${place}`,
      message,
    });
    expect(problemsOf(() => parseCloudConfig(value, "config.yaml", { key }))).toEqual([
      problem("hostname", "unknown key; expected one of write_files, coreos, ssh_authorized_keys"),
      problem("coreos.update", 'expected a mapping with reboot_strategy, found "off"'),
      problem("write_files[0].path", "a is not an absolute path"),
      problem("write_files[0].encoding", "unknown encoding rot13; expected base64, gzip+base64 or none"),
      problem("write_files[0].permissions", 'rw is not an octal mode such as "0644"'),
      problem("write_files[1].path", "is missing"),
      problem("write_files[1].content", "expected text, found a mapping"),
      problem("write_files[4]", 'expected a mapping with path, permissions, owner, content, encoding, found "c"'),
      problem("write_files[4].path", "is missing"),
      problem("coreos.units[0].name", "a is not a unit name such as docker.service"),
      problem(
        "coreos.units[0].command",
        "unknown command begin; expected one of start, stop, restart, reload, try-restart, reload-or-restart, reload-or-try-restart",
      ),
      problem("coreos.units[0].enable", 'expected true or false, found "perhaps"'),
      problem("coreos.units[0].drop_ins[0].name", "expected text, found a list"),
      problem("coreos.units[1].name", "a is not a unit name such as docker.service"),
      problem("ssh_authorized_keys", 'expected a list, found "ssh-rsa A"'),
      problem("write_files[3].path", "/b stands in ec2cluster.cloudconfig.write_files[2] too"),
      problem("coreos.units[1].name", "a stands in ec2cluster.cloudconfig.coreos.units[0] too"),
    ]);
  });

  it("reports a key that is given in both spellings", () => {
    expect(problemsOf(() => parseCloudConfig({ write_files: [], "write-files": [] }, "config.yaml"))).toEqual([
      { source: "config.yaml", key: "write-files", message: "given twice, in both spellings; keep write_files" },
    ]);
  });

  it("names the mistakes in its message", () => {
    expect(() => parseCloudConfig({ runcmd: [] }, "config.yaml")).toThrow(
      "config.yaml: a mistake in the cloud-config: runcmd: unknown key; expected one of write_files, coreos, ssh_authorized_keys",
    );
  });

  it("reads any value or throws a ConfigError", () => {
    const key = fc.constantFrom("write_files", "coreos", "units", "update", "name", "path", "__proto__", "drop-ins");
    fc.assert(
      fc.property(fc.object({ key, maxDepth: 5, withNullPrototype: true }), (value) => {
        try {
          parseCloudConfig(value, "config.yaml");
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });
});

describe("parseCloudConfigText", () => {
  it("reads modes, booleans and bytes as a machine does", () => {
    const text = [
      "#cloud-config  ",
      "write_files:",
      "  - {path: /a, permissions: 0644, content: 0x10, owner: ~}",
      "  - {path: /b, encoding: gzip, content: !!binary H4s=}",
      "coreos: {units: [{name: a.service, enable: yes, mask: true}]}",
    ].join("\n");
    expect(parseCloudConfigText(text)).toEqual({
      ...emptyCloudConfig,
      writeFiles: [
        { path: "/a", permissions: "0644", owner: "", content: "0x10", encoding: "" },
        { path: "/b", permissions: "", owner: "", content: "\u001f\u008b", encoding: "gzip" },
      ],
      coreos: { update: { rebootStrategy: "" }, units: [{ ...unit, enable: true, mask: true }] },
    });
  });

  it("ignores unknown keys and dashed spellings, as Flatcar does, unless read by a user's rules", () => {
    const text =
      "#cloud-config\nhostname: a\nssh-authorized-keys: [ssh-rsa A]\ncoreos: {update: {reboot-strategy: off}}\n";
    expect(parseCloudConfigText(text)).toEqual(emptyCloudConfig);
    expect(parseCloudConfigText(text.replace("hostname: a\n", ""), { reader: "user" })).toEqual({
      writeFiles: [],
      coreos: { update: { rebootStrategy: "off" }, units: [] },
      sshAuthorizedKeys: ["ssh-rsa A"],
    });
  });

  it("folds repeated files and units, as a machine applies one after the other", () => {
    const text = [
      "#cloud-config",
      "write_files: [{path: /a, content: one}, {path: /a, content: two}]",
      "coreos: {units: [{name: a.service, command: stop}, {name: a.service, enable: true}]}",
    ].join("\n");
    expect(parseCloudConfigText(text)).toEqual({
      ...emptyCloudConfig,
      writeFiles: [{ path: "/a", permissions: "", owner: "", content: "two", encoding: "" }],
      coreos: { update: { rebootStrategy: "" }, units: [{ ...unit, command: "stop", enable: true }] },
    });
  });

  it.each([["#cloud-config"], ["#cloud-config\n"], ["#cloud-config\r\n# nothing\n"]])(
    "takes %j for an empty cloud-config",
    (text) => {
      expect(parseCloudConfigText(text)).toEqual(emptyCloudConfig);
    },
  );

  it.each([[""], ["coreos: {}\n"], [" #cloud-config\n"], ["\n#cloud-config\n"], ["#cloud-configuration\n"]])(
    "refuses %j for want of the header",
    (text) => {
      expect(() => parseCloudConfigText(text)).toThrow("the text does not begin with the line #cloud-config");
    },
  );

  it("names the line on which the YAML is wrong", () => {
    const problems = problemsOf(() => parseCloudConfigText("#cloud-config\ncoreos:\n  units: [}\n"));
    expect(problems.map(({ source, line, key }) => ({ source, line, key }))).toEqual([
      { source: "cloud-config", line: 3, key: "" },
    ]);
  });

  it("does not unfold aliases without end", () => {
    const names = Array.from({ length: 30 }, (_, index) => `a${index}`);
    const lines = names.map((name, index) => `${name}: &${name} [${`*a${index - 1},`.repeat(index && 9)}]`);
    expect(() => parseCloudConfigText(`#cloud-config\n${lines.join("\n")}\n`)).toThrow(ConfigError);
  });

  it("reads any text or throws a ConfigError", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        try {
          parseCloudConfigText(`#cloud-config\n${text}`);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });
});

function problemsOf(act: () => unknown): ConfigError["problems"] {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
