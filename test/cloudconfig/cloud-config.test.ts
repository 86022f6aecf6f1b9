import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  appendFile,
  appendUnit,
  emptyCloudConfig,
  marshalCloudConfig,
  mergeCloudConfig,
  type CloudConfig,
} from "../../src/cloudconfig/cloud-config.js";
import { parseCloudConfigText } from "../../src/cloudconfig/parse-cloud-config.js";
import { cloudConfigs } from "./arbitrary-cloud-config.js";

const file = { path: "/a", permissions: "", owner: "", content: "", encoding: "" };
const unit = { name: "a.service", command: "", enable: false, mask: false, runtime: false, content: "", dropIns: [] };

function withUnits(units: CloudConfig["coreos"]["units"]): CloudConfig {
  return { ...emptyCloudConfig, coreos: { update: { rebootStrategy: "" }, units } };
}

describe("appendFile", () => {
  it("adds a file at the end, with empty fields for what is not given", () => {
    const config = appendFile(appendFile(emptyCloudConfig, { path: "/b", content: "x" }), { path: "/a" });
    expect(config).toEqual({ ...emptyCloudConfig, writeFiles: [{ ...file, path: "/b", content: "x" }, file] });
  });

  it("drops an earlier file of the same path, as the later would overwrite it", () => {
    const first = appendFile(appendFile(emptyCloudConfig, { path: "/a", content: "old", owner: "core" }), {
      path: "/b",
    });
    expect(appendFile(first, { path: "/a", content: "new" }).writeFiles).toEqual([
      { ...file, path: "/b" },
      { ...file, content: "new" },
    ]);
  });
});

describe("appendUnit", () => {
  it("adds a unit at the end, with empty fields for what is not given", () => {
    const config = appendUnit(appendUnit(emptyCloudConfig, { name: "b.timer", enable: true }), { name: "a.service" });
    expect(config).toEqual(withUnits([{ ...unit, name: "b.timer", enable: true }, unit]));
  });

  it("makes one of two units of a name: the later text and command, flags of either, drop-ins of both", () => {
    const earlier = {
      name: "a.service",
      command: "stop",
      enable: true,
      content: "[Unit]\n",
      dropIns: [
        { name: "1.conf", content: "one" },
        { name: "2.conf", content: "two" },
      ],
    };
    const later = { name: "a.service", command: "start", mask: true, dropIns: [{ name: "2.conf", content: "2" }] };
    const config = [earlier, { name: "b.service" }, later].reduce(appendUnit, emptyCloudConfig);
    expect(config).toEqual(
      withUnits([
        { ...unit, name: "b.service" },
        {
          name: "a.service",
          command: "start",
          enable: true,
          mask: true,
          runtime: false,
          content: "[Unit]\n",
          dropIns: [
            { name: "1.conf", content: "one" },
            { name: "2.conf", content: "2" },
          ],
        },
      ]),
    );
  });
});

describe("mergeCloudConfig", () => {
  const base: CloudConfig = {
    writeFiles: [file],
    coreos: { update: { rebootStrategy: "off" }, units: [unit] },
    sshAuthorizedKeys: ["ssh-rsa A"],
  };

  it("puts the user's files, units and keys after the base's", () => {
    const user: CloudConfig = {
      writeFiles: [{ ...file, path: "/b" }],
      coreos: { update: { rebootStrategy: "reboot" }, units: [{ ...unit, name: "b.service" }] },
      sshAuthorizedKeys: ["ssh-rsa B", "ssh-rsa A"],
    };
    expect(mergeCloudConfig(base, user)).toEqual({
      writeFiles: [file, { ...file, path: "/b" }],
      coreos: { update: { rebootStrategy: "reboot" }, units: [unit, { ...unit, name: "b.service" }] },
      sshAuthorizedKeys: ["ssh-rsa A", "ssh-rsa B"],
    });
  });

  it("keeps the base's reboot strategy when the user has none, and changes nothing for an empty user", () => {
    expect(mergeCloudConfig(base, emptyCloudConfig)).toEqual(base);
  });

  it("has every path and unit once, whatever is merged", () => {
    fc.assert(
      fc.property(cloudConfigs, cloudConfigs, (one, other) => {
        const merged = mergeCloudConfig(one, other);
        const paths = merged.writeFiles.map((written) => written.path);
        const names = merged.coreos.units.map((started) => started.name);
        expect({ paths, names }).toEqual({ paths: [...new Set(paths)], names: [...new Set(names)] });
      }),
    );
  });
});

describe("marshalCloudConfig", () => {
  it("writes header, keys with underscores and modes as text, and leaves out what is empty", () => {
    const config: CloudConfig = {
      writeFiles: [
        { path: "/opt/run", permissions: "0755", owner: "root", content: "#!/bin/bash\nrun\n", encoding: "" },
      ],
      coreos: {
        update: { rebootStrategy: "off" },
        units: [{ ...unit, enable: true, dropIns: [{ name: "1.conf", content: "[Service]\nNice=5\n" }] }],
      },
      sshAuthorizedKeys: ["ssh-rsa A ann@host"],
    };
    expect(marshalCloudConfig(config)).toBe(
      [
        "#cloud-config",
        "write_files:",
        "  - path: /opt/run",
        "    permissions: '0755'",
        "    owner: root",
        "    content: |",
        "      #!/bin/bash",
        "      run",
        "coreos:",
        "  update:",
        "    reboot_strategy: 'off'",
        "  units:",
        "    - name: a.service",
        "      enable: true",
        "      drop_ins:",
        "        - name: 1.conf",
        "          content: |",
        "            [Service]",
        "            Nice=5",
        "ssh_authorized_keys:",
        "  - ssh-rsa A ann@host",
        "",
      ].join("\n"),
    );
  });

  it("gives of an empty config a text that is read as one", () => {
    expect(parseCloudConfigText(marshalCloudConfig(emptyCloudConfig))).toEqual(emptyCloudConfig);
  });

  it("gives text from which the same config is read, by a user's rules and by a machine's", () => {
    fc.assert(
      fc.property(cloudConfigs, (config) => {
        const text = marshalCloudConfig(config);
        expect(parseCloudConfigText(text)).toEqual(config);
        expect(parseCloudConfigText(text, { reader: "user" })).toEqual(config);
      }),
    );
  });
});
