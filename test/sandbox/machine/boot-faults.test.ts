import { afterEach, describe, expect, it } from "@jest/globals";
import { marshalCloudConfig, type CloudConfig } from "../../../src/cloudconfig/cloud-config.js";
import { encodeUserData } from "../../../src/cloudconfig/user-data.js";
import { buildUserData } from "../../../src/userdata/build-user-data.js";
import { input2020, input2023 } from "../../userdata/sample-input.js";
import { reflowConfig } from "./sample-user-data.js";
import { TestMachine, VOLUMES, type TestMachineOptions } from "./test-machine.js";

const STORED = {
  "reflow-cache/bootstrap": "#!reflow-ec2-sandbox bootstrap 2023\n",
  "reflow-cache/bootstrap-2020": "#!reflow-ec2-sandbox bootstrap 2020\n",
  "reflow-cache/objects/reflowlet": "#!reflow-ec2-sandbox reflowlet\n",
};

const INSTALL = JSON.stringify({
  path: "s3://reflow-cache/objects/reflowlet",
  name: "reflowlet",
  args: ["-config", "/etc/reflowconfig", "serve", "-ec2cluster"],
});

/** Two data volumes, so that striping counts. */
const THREE_VOLUMES = [
  ...VOLUMES,
  { volumeId: "vol-0c0000000000000c3", deviceName: "/dev/xvdc", sizeGiB: 300, root: false },
];

const GOOD: CloudConfig = buildUserData({ ...input2023, instanceConfig: reflowConfig(2023), dataVolumes: 2 });

let machine: TestMachine | undefined;

async function boot(options: TestMachineOptions): Promise<TestMachine> {
  machine = await TestMachine.boot({ stored: STORED, volumes: THREE_VOLUMES, ...options });
  return machine;
}

afterEach(async () => {
  await machine?.end();
  machine = undefined;
});

/** Replaces text in one file or unit, which must be there. */
function edit(config: CloudConfig, name: string, from: string, to: string): CloudConfig {
  const change = (content: string): string => {
    if (!content.includes(from)) throw new Error(`${name} has no ${from}`);
    return content.replaceAll(from, to);
  };
  const names = [...config.writeFiles.map(({ path }) => path), ...config.coreos.units.map((unit) => unit.name)];
  if (!names.includes(name)) throw new Error(`there is no ${name}`);
  const writeFiles = config.writeFiles.map((file) =>
    file.path === name ? { ...file, content: change(file.content) } : file,
  );
  const units = config.coreos.units.map((unit) =>
    unit.name === name ? { ...unit, content: change(unit.content) } : unit,
  );
  return { ...config, writeFiles, coreos: { ...config.coreos, units } };
}

/** Leaves a file or unit out, which must be there. */
function without(config: CloudConfig, name: string): CloudConfig {
  const writeFiles = config.writeFiles.filter((file) => file.path !== name);
  const units = config.coreos.units.filter((unit) => unit.name !== name);
  if (writeFiles.length + units.length === config.writeFiles.length + config.coreos.units.length) {
    throw new Error(`there is no ${name}`);
  }
  return { ...config, writeFiles, coreos: { ...config.coreos, units } };
}

function withCommand(config: CloudConfig, name: string, command: string): CloudConfig {
  const units = config.coreos.units.map((unit) => (unit.name === name ? { ...unit, command } : unit));
  return { ...config, coreos: { ...config.coreos, units } };
}

/** Does the driver's part, if the boot comes as far. */
async function install(test: TestMachine): Promise<void> {
  await test.until("bootstrap or power-off", () => {
    return test.poweredOff.length > 0 || test.console.some((line) => line.includes("bootstrap server running"));
  });
  if (test.poweredOff.length === 0) test.request("POST", "/v1/execimage", INSTALL).catch(() => undefined);
}

describe("the user-data that this program builds", () => {
  it.each([
    { name: "2023, two volumes on NVMe", input: { ...input2023, dataVolumes: 2 }, ebsNvme: true },
    { name: "2023, two volumes on Xen", input: { ...input2023, dataVolumes: 2, ebsNvme: false }, ebsNvme: false },
    {
      name: "2020, two volumes on NVMe",
      input: {
        ...input2020,
        dataVolumes: 2,
        bootstrapUrl: "https://reflow-cache.s3.us-west-2.amazonaws.com/bootstrap-2020",
      },
      ebsNvme: true,
    },
  ])("brings a machine up to a reflowlet with both volumes striped: $name", async ({ input, ebsNvme }) => {
    const config = buildUserData({ ...input, instanceConfig: reflowConfig(input.generation) });
    const hardware = { instanceType: "m5.large", cpus: 2, memoryBytes: 8e9, features: [], ebsNvme };
    const test = await boot({ cloudConfig: config, hardware });
    await install(test);
    await test.untilConsole("reflowlet (m5.large) started (version c0ffee123456)");
    const offers = await test.request("GET", "/v1/offers");
    expect(JSON.parse(offers.body)).toEqual([
      { ID: "1", Available: { cpu: 2, disk: 633_928_916_992, mem: 7_600_000_000 } },
    ]);
    // The deadline finds a reflowlet, and leaves the machine alone; the idle end then takes it.
    await test.untilOff();
    expect(test.poweredOff).toEqual(["reflowlet.service failed"]);
    expect(test.console.filter((line) => line.includes("reflow-deadline"))).toEqual(["Started reflow-deadline.timer."]);
  });
});

// What is removed or misspelt: every-boot-fault.slow.test.ts. Here is what else can be wrong.
describe("a boot fails at the step that is spoilt, and powers off", () => {
  const rows: readonly {
    readonly name: string;
    readonly config: CloudConfig;
    /** A line on the console that names what is wrong. */
    readonly line: string;
    readonly reason: string;
  }[] = [
    {
      name: "more volumes wanted than there are",
      config: edit(GOOD, "/opt/bin/format-data", "WANTED=2", "WANTED=3"),
      line: "format-data.service: format-data: 2 of 3 blank data volumes within 60 seconds",
      reason: "format-data.service failed",
    },
    {
      name: "a wrong pattern for the devices",
      config: edit(GOOD, "/opt/bin/format-data", "nvme-Amazon", "nvme-amazon"),
      line: "format-data.service: format-data: 0 of 2 blank data volumes within 60 seconds",
      reason: "format-data.service failed",
    },
    {
      name: "more stripes than volumes",
      config: edit(GOOD, "/opt/bin/format-data", "--stripes 2", "--stripes 4"),
      line: "format-data.service: lvcreate: Number of stripes (4) must not exceed number of physical volumes (2)",
      reason: "format-data.service failed",
    },
    {
      name: "an impossible stripe size",
      config: edit(GOOD, "/opt/bin/format-data", "--stripesize 256", "--stripesize 255"),
      line: "format-data.service: lvcreate: Invalid stripe size 255.00 KiB",
      reason: "format-data.service failed",
    },
    {
      name: "no logical volume",
      config: edit(GOOD, "/opt/bin/format-data", "lvcreate", "true"),
      line: "format-data.service: mkfs.ext4: The file /dev/data_group/data_vol does not exist and no size was specified.",
      reason: "format-data.service failed",
    },
    {
      name: "no file system",
      config: edit(GOOD, "/opt/bin/format-data", "mkfs.ext4 -q", "true"),
      line: "mnt-data.mount: mount: /mnt/data: wrong fs type, bad option, bad superblock on /dev/data_group/data_vol, missing codepage or helper program.",
      reason: "mnt-data.mount failed",
    },
    {
      name: "an option that ext4 does not know",
      config: edit(GOOD, "mnt-data.mount", "data=writeback", "data=writeforward"),
      line: "mnt-data.mount: mount: /mnt/data: fsconfig system call failed: ext4: Unknown parameter 'data=writeforward'.",
      reason: "mnt-data.mount failed",
    },
    {
      name: "the bootstrap is not where the URL says",
      config: edit(GOOD, "/opt/bin/bootstrap", "amazonaws.com/bootstrap", "amazonaws.com/bootstrap9"),
      line: "reflowlet.service: curl: (22) The requested URL returned error: 404",
      reason: "reflowlet.service failed",
    },
    {
      name: "the bootstrap is on an unknown host",
      config: edit(GOOD, "/opt/bin/bootstrap", "reflow-cache.s3.us-west-2.amazonaws.com", "bootstrap.invalid"),
      line: "reflowlet.service: curl: (6) Could not resolve host: bootstrap.invalid",
      reason: "reflowlet.service failed",
    },
    {
      name: "the bootstrap is given a flag that it does not have",
      config: edit(GOOD, "/opt/bin/bootstrap", "-expiry 10m0s", "-expire 10m0s"),
      line: "reflowlet.service: flag provided but not defined: -expire",
      reason: "reflowlet.service failed",
    },
    {
      name: "the bootstrap is given an expiry that is no duration",
      config: edit(GOOD, "/opt/bin/bootstrap", "-expiry 10m0s", "-expiry 10"),
      line: 'reflowlet.service: invalid value "10" for flag -expiry: parse error',
      reason: "reflowlet.service failed",
    },
    {
      name: "the bootstrap is given an unknown session",
      config: edit(GOOD, "/opt/bin/bootstrap", "-session ec2metadata", "-session ec2"),
      line: 'reflowlet.service: config /etc/reflowconfig: key session: no provider named "ec2"',
      reason: "reflowlet.service failed",
    },
    {
      name: "a configuration that is not YAML",
      config: edit(GOOD, "/etc/reflowconfig", "instances:", "instances: ["),
      line: "reflowlet.service: config /etc/reflowconfig: yaml: line",
      reason: "reflowlet.service failed",
    },
    {
      name: "an authority without its key",
      config: edit(GOOD, "/etc/reflowconfig", "RSA PRIVATE KEY", "SECRET"),
      line: "reflowlet.service: tls: TLS authority instances.tls in /etc/reflowconfig: no RSA PRIVATE KEY block in PEM form",
      reason: "reflowlet.service failed",
    },
  ];

  it.each(rows)("$name", async ({ config, line, reason }) => {
    const test = await boot({ cloudConfig: config });
    await install(test);
    await test.untilOff();
    expect(test.poweredOff).toEqual([reason]);
    expect(test.console.filter((shown) => shown.startsWith(line))).toHaveLength(1);
    expect(test.tags).toEqual({});
  });
});

describe("a boot that ends before the reflowlet's unit leaves a machine that its deadline ends", () => {
  const DEADLINE = "reflow-deadline.service: reflow-deadline: no reflowlet runs, powering off";
  const good = marshalCloudConfig(GOOD);

  it.each([
    {
      name: "another header",
      userData: encodeUserData(good.replace("#cloud-config", "#cloudconfig")),
      line: 'coreos-cloudinit: user-data is not applied: the user-data begins with "#cloudconfig',
    },
    {
      name: "encoded twice",
      userData: Buffer.from(encodeUserData(good)).toString("base64"),
      line: "coreos-cloudinit: user-data is not applied: the user-data begins with",
    },
    {
      name: "not YAML",
      userData: encodeUserData(`${good}\n\t: [`),
      line: "coreos-cloudinit: user-data is not applied: the cloud-config is not YAML",
    },
    { name: "empty", userData: "", line: "coreos-cloudinit: no user-data" },
    {
      name: "a file whose content is not of its encoding",
      userData: encodeUserData(
        good.replace("write_files:", "write_files:\n  - {path: /x, content: '!', encoding: b64}"),
      ),
      line: "coreos-cloudinit: user-data is not applied: /x: the content is not base64, as its encoding says",
    },
  ])("nothing of the user-data is applied: $name", async ({ userData, line }) => {
    const test = await boot({ userData });
    await test.untilConsole(line);
    await test.clock.advance(3_600_000);
    await test.settle();
    expect(test.poweredOff).toEqual([]);
    expect(test.console).toHaveLength(2);
  });

  it.each([
    {
      name: "no unit of the reflowlet",
      config: without(GOOD, "reflowlet.service"),
      line: "Mounted mnt-data.mount.",
    },
    {
      name: "the unit of the reflowlet is not started",
      config: withCommand(GOOD, "reflowlet.service", ""),
      line: "Mounted mnt-data.mount.",
    },
    {
      name: "a unit that systemd cannot read",
      config: edit(GOOD, "reflowlet.service", "Type=oneshot", "Type oneshot"),
      line: "Failed to start reflowlet.service: Unit reflowlet.service has a bad unit file setting: line",
    },
    {
      name: "a service without a command",
      config: edit(GOOD, "reflowlet.service", "ExecStart=/opt/bin/bootstrap", "Nice=0"),
      line: "reflowlet.service: Service has no ExecStart=. Refusing.",
    },
    {
      name: "a mount whose name is not that of its path",
      config: edit(GOOD, "mnt-data.mount", "Where=/mnt/data", "Where=/mnt/disk"),
      line: "mnt-data.mount: Where= setting doesn't match unit name (/mnt/disk). Refusing.",
    },
    {
      name: "a user's unit that is not there",
      config: {
        ...GOOD,
        coreos: {
          ...GOOD.coreos,
          units: [
            ...GOOD.coreos.units.slice(0, 2),
            {
              name: "mine.service",
              command: "start",
              enable: false,
              mask: false,
              runtime: false,
              content: "",
              dropIns: [],
            },
            ...GOOD.coreos.units.slice(2),
          ],
        },
      },
      line: "coreos-cloudinit: the units after mine.service are not started",
    },
  ])("$name", async ({ config, line }) => {
    const test = await boot({ cloudConfig: config });
    await test.untilOff();
    expect(test.poweredOff).toEqual(["systemctl poweroff"]);
    expect(test.console.filter((shown) => shown.startsWith(line))).toHaveLength(1);
    expect(test.console).toContain(DEADLINE);
  });

  it("names the keys that today's Flatcar passes over, and goes on without them", async () => {
    const dashed = good.replace("write_files:", "write-files:");
    const test = await boot({ userData: encodeUserData(dashed) });
    await test.untilConsole("coreos-cloudinit: unknown key write-files is ignored");
    await test.untilConsole("Failed at step EXEC spawning /opt/bin/format-data: No such file or directory");
  });
});

describe("an install that fails leaves the bootstrap waiting, until it expires", () => {
  it("says that there are no credentials when the instance has no profile", async () => {
    const test = await boot({ cloudConfig: GOOD, instanceProfile: false });
    await test.untilConsole("bootstrap server running");
    const reply = await test.request("POST", "/v1/execimage", INSTALL);
    expect(reply.status).toBe(500);
    expect(reply.body).toContain("NoCredentialProviders: no valid providers in chain");
    await test.untilOff();
    expect(test.console).toContain(
      "reflowlet.service: no bootstrap image installed after 10m0s (> expiry 10m0s); shutting down",
    );
    expect(test.poweredOff).toEqual(["reflowlet.service failed"]);
  });

  it.each([
    {
      name: "a name that is a path",
      image: { path: "s3://reflow-cache/objects/reflowlet", name: "a/b", args: [] },
      error: "createtemp a/b: pattern contains path separator",
    },
    {
      name: "a name that is too long",
      image: { path: "s3://reflow-cache/objects/reflowlet", name: "x".repeat(300), args: [] },
      error: "File name too long",
    },
    {
      name: "a program for another interpreter",
      image: { path: "s3://reflow-cache/objects/python", name: "reflowlet", args: ["a"] },
      error: " a: no such file or directory",
    },
    {
      name: "a store that is in trouble",
      image: { path: "s3://reflow-cache/broken", name: "reflowlet", args: [] },
      error: "s3blob.Get reflow-cache broken: SlowDown: Please reduce your request rate.",
    },
  ])("replies, as a dropped connection would mean success: $name", async ({ image, error }) => {
    const contents: Readonly<Record<string, string>> = { ...STORED, "reflow-cache/objects/python": "#!/bin/python\n" };
    const objects = {
      get: async (bucket: string, key: string): Promise<Buffer | undefined> => {
        if (key === "broken") throw new Error("SlowDown: Please reduce your request rate.");
        const content = contents[`${bucket}/${key}`];
        return content === undefined ? undefined : Buffer.from(content);
      },
    };
    const test = await boot({ cloudConfig: GOOD, objects });
    await test.untilConsole("bootstrap server running");
    const reply = await test.request("POST", "/v1/execimage", JSON.stringify(image));
    expect({ status: reply.status, names: reply.body.includes(error) }).toEqual({ status: 500, names: true });
  });

  it("has no credentials where it is told to take sealed ones and none are there", async () => {
    const config = edit(
      edit(GOOD, "/opt/bin/bootstrap", " -session ec2metadata", ""),
      "/etc/reflowconfig",
      "session: ec2metadata",
      "session: awssession",
    );
    const test = await boot({ cloudConfig: config });
    await test.untilConsole("bootstrap server running");
    const reply = await test.request("POST", "/v1/execimage", INSTALL);
    expect(reply.body).toContain("NoCredentialProviders");
  });
});

describe("an installed reflowlet that cannot start ends the machine", () => {
  it.each([
    { name: "no command", args: ["-config", "/etc/reflowconfig"], line: "unknown command (none)" },
    {
      name: "an unknown flag",
      args: ["-config", "/etc/reflowconfig", "serve", "-ec2-cluster"],
      line: "flag provided but not defined: -ec2-cluster",
    },
    {
      name: "no configuration",
      args: ["serve", "-ec2cluster"],
      line: "open /root/.reflow/config.yaml: no such file or directory",
    },
    {
      name: "words after the flags",
      args: ["-config", "/etc/reflowconfig", "serve", "-ec2cluster", "now"],
      line: "usage: serve [-ec2cluster], not now",
    },
  ])("$name", async ({ args, line }) => {
    const test = await boot({ cloudConfig: GOOD });
    await test.untilConsole("bootstrap server running");
    const image = { path: "s3://reflow-cache/objects/reflowlet", name: "reflowlet", args };
    test.request("POST", "/v1/execimage", JSON.stringify(image)).catch(() => undefined);
    await test.untilOff();
    expect(test.console).toContain(`reflowlet.service: ${line}`);
    expect(test.tags).toEqual({});
  });

  it("does not listen when it cannot tag its instance", async () => {
    const createTags = async (): Promise<void> => {
      throw new Error("UnauthorizedOperation: You are not authorized to perform this operation.");
    };
    const test = await boot({ cloudConfig: GOOD, createTags });
    await install(test);
    await test.untilOff();
    expect(test.console).toContain(
      "reflowlet.service: set tags: UnauthorizedOperation: You are not authorized to perform this operation.",
    );
    expect(test.console.join("\n")).not.toContain("started (version");
  });

  it("does not start on a machine without a mounted data volume", async () => {
    const config = edit(
      edit(
        without(without(GOOD, "mnt-data.mount"), "format-data.service"),
        "reflowlet.service",
        "Requires=mnt-data.mount\n",
        "",
      ),
      "reflowlet.service",
      "After=mnt-data.mount\n",
      "",
    );
    const test = await boot({ cloudConfig: config });
    await install(test);
    await test.untilOff();
    expect(test.console).toContain(
      "reflowlet.service: create volume for path /mnt/data/reflow: /mnt/data is not mounted",
    );
  });
});
