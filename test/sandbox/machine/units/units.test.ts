import { afterEach, describe, expect, it } from "@jest/globals";
import {
  appendFile,
  appendUnit,
  emptyCloudConfig,
  type NewCloudUnit,
} from "../../../../src/cloudconfig/cloud-config.js";
import { parseExecLine } from "../../../../src/sandbox/machine/units/exec-line.js";
import { parseTimeSpan } from "../../../../src/sandbox/machine/units/time-span.js";
import { devicePath, mountUnitName } from "../../../../src/sandbox/machine/units/unit-loader.js";
import { TestMachine } from "../test-machine.js";

describe("a command line of a unit", () => {
  const environment = new Map([
    ["A", "x y"],
    ["B", "z"],
  ]);

  it.each([
    { text: "/bin/echo a  b", argv: ["/bin/echo", "a", "b"] },
    { text: `/bin/echo "a b" 'c "d"' e\\ f`, argv: ["/bin/echo", "a b", 'c "d"', "e f"] },
    { text: `/bin/sh -c "echo \\"a\\""`, argv: ["/bin/sh", "-c", 'echo "a"'] },
    { text: "/bin/echo $A ${A} ${B}s $NONE '$A' $$B", argv: ["/bin/echo", "x", "y", "x y", "zs", "$A", "$B"] },
    { text: "/bin/echo 100%% %n %p %x", argv: ["/bin/echo", "100%", "my.service", "my", "%x"] },
    { text: "/bin/echo --listen=:9101", argv: ["/bin/echo", "--listen=:9101"] },
  ])("splits $text", ({ text, argv }) => {
    expect(parseExecLine(text, "my.service", environment)).toEqual({ failureAllowed: false, argv });
  });

  it("allows a failure when it begins with a dash", () => {
    expect(parseExecLine("-/bin/false", "my.service", environment)).toEqual({
      failureAllowed: true,
      argv: ["/bin/false"],
    });
  });

  it.each(["", "-", '/bin/echo "a', "/bin/echo 'a"])("refuses %j", (text) => {
    expect(parseExecLine(text, "my.service", environment)).toBeUndefined();
  });
});

describe("a time span", () => {
  it.each([
    ["90", 90_000],
    ["900s", 900_000],
    ["15min", 900_000],
    ["1h 30s", 3_630_000],
    ["250ms", 250],
    ["1.5 s", 1_500],
    ["2d", 172_800_000],
    ["", undefined],
    ["soon", undefined],
    ["5 weeks", undefined],
    ["-5", undefined],
    ["5s x", undefined],
  ])("%j is %p milliseconds", (text, ms) => {
    expect(parseTimeSpan(text)).toBe(ms);
  });
});

describe("the name of a unit stands for a path", () => {
  it.each([
    ["dev-xvdb.device", "/dev/xvdb"],
    ["dev-data_group-data_vol.device", "/dev/data_group/data_vol"],
    ["dev-disk-by\\x2did-nvme\\x2dx.device", "/dev/disk/by-id/nvme-x"],
  ])("%s is the device %s", (name, path) => {
    expect(devicePath(name)).toBe(path);
  });

  it.each([
    ["/mnt/data", "mnt-data.mount"],
    ["/mnt/my-data/", "mnt-my\\x2ddata.mount"],
    ["/", "-.mount"],
  ])("%s is mounted by %s", (path, name) => {
    expect(mountUnitName(path)).toBe(name);
  });
});

describe("units", () => {
  let machine: TestMachine | undefined;

  afterEach(async () => {
    await machine?.end();
    machine = undefined;
  });

  async function bootUnits(...units: readonly NewCloudUnit[]): Promise<TestMachine> {
    const files = [
      { path: "/opt/bin/says", permissions: "0755", content: '#!/bin/bash\necho "it is $WHAT"\n' },
      { path: "/etc/what.env", permissions: "0600", content: "# what\nWHAT='a secret'\n" },
    ];
    const end: NewCloudUnit = {
      name: "end.service",
      command: "start",
      content: "[Service]\nType=oneshot\nExecStart=/bin/echo end",
    };
    machine = await TestMachine.boot({
      cloudConfig: [...units, end].reduce(appendUnit, files.reduce(appendFile, emptyCloudConfig)),
    });
    return machine;
  }

  /** The console up to the last unit, the line of the boot left out. */
  async function consoleOf(...units: readonly NewCloudUnit[]): Promise<readonly string[]> {
    const test = await bootUnits(...units);
    await test.untilConsole("end.service: end");
    const end = test.console.indexOf("end.service: end");
    return test.console.slice(1, end);
  }

  const service = (...lines: readonly string[]): string => ["[Service]", "Type=oneshot", ...lines].join("\n");

  it.each([
    {
      name: "take their environment from the unit and from files",
      unit: service('Environment=WHAT=b "OTHER=c d"', "EnvironmentFile=/etc/what.env", "ExecStart=/opt/bin/says"),
      console: ["my.service: it is a secret", "Finished my.service."],
    },
    {
      name: "do without a file that may be missing",
      unit: service("EnvironmentFile=-/etc/none", "Environment=WHAT=b", "ExecStart=/opt/bin/says"),
      console: ["my.service: it is b", "Finished my.service."],
    },
    {
      name: "fail without a file that must be there",
      unit: service("EnvironmentFile=/etc/none", "ExecStart=/opt/bin/says"),
      console: [
        "my.service: Failed to load environment files: /etc/none: No such file or directory",
        "my.service: Failed with result 'exit-code'.",
        'coreos-cloudinit: result of "start" on "my.service": failed',
      ],
    },
    {
      name: "run their commands in order",
      unit: service(
        "ExecStartPre=/bin/echo a",
        "ExecStartPre=/bin/echo b",
        "ExecStart=/bin/echo c",
        "ExecStart=/bin/echo d",
      ),
      console: ["my.service: a", "my.service: b", "my.service: c", "my.service: d", "Finished my.service."],
    },
    {
      name: "go on behind a failure that is allowed",
      unit: service("ExecStartPre=-/bin/false", "ExecStart=/bin/echo c"),
      console: [
        "my.service: Control process exited, code=exited, status=1/FAILURE (/bin/false)",
        "my.service: c",
        "Finished my.service.",
      ],
    },
    {
      name: "stop at a failure that is not",
      unit: service("ExecStartPre=/bin/false", "ExecStart=/bin/echo c"),
      console: [
        "my.service: Control process exited, code=exited, status=1/FAILURE (/bin/false)",
        "my.service: Failed with result 'exit-code'.",
        'coreos-cloudinit: result of "start" on "my.service": failed',
      ],
    },
    {
      name: "stay up when told",
      unit: service("RemainAfterExit=yes", "ExecStart=/bin/true"),
      console: ["Started my.service."],
    },
    {
      name: "are skipped when a condition does not hold",
      unit: `[Unit]\nConditionPathExists=/etc/none\n${service("ExecStart=/bin/true")}`,
      console: ["my.service was skipped because of an unmet condition check (ConditionPathExists=/etc/none)."],
    },
    {
      name: "run when a negated condition holds",
      unit: `[Unit]\nConditionPathExists=!/etc/none\n${service("ExecStart=/bin/true")}`,
      console: ["Finished my.service."],
    },
    {
      name: "time out when told",
      unit: service("TimeoutStartSec=5s", "ExecStart=/bin/sleep 60"),
      console: [
        "my.service: start operation timed out. Terminating.",
        "my.service: Failed with result 'timeout'.",
        'coreos-cloudinit: result of "start" on "my.service": timeout',
      ],
    },
    {
      name: "do not start without what they require",
      unit: `[Unit]\nRequires=dev-xvdz.device\nAfter=dev-xvdz.device\n${service("ExecStart=/bin/true")}`,
      console: [
        "Timed out waiting for device /dev/xvdz.",
        "Dependency failed for my.service: dev-xvdz.device ended with timeout.",
        "my.service: Failed with result 'dependency'.",
        'coreos-cloudinit: result of "start" on "my.service": dependency',
      ],
    },
    {
      name: "start without what they want only",
      unit: `[Unit]\nWants=none.service\nAfter=none.service\n${service("ExecStart=/bin/true")}`,
      console: ["Failed to start none.service: Unit none.service not found.", "Finished my.service."],
    },
    {
      name: "say an open quote",
      unit: service('ExecStart=/bin/echo "a'),
      console: [
        'my.service: Invalid command line: /bin/echo "a',
        "my.service: Failed with result 'exit-code'.",
        'coreos-cloudinit: result of "start" on "my.service": failed',
      ],
    },
  ])("$name", async ({ unit, console }) => {
    expect(await consoleOf({ name: "my.service", command: "start", content: unit })).toEqual(console);
  });

  it("take the settings of their drop-ins", async () => {
    const content = service("Environment=WHAT=b", "ExecStart=/bin/false");
    const dropIns = [{ name: "10-more.conf", content: "[Service]\nExecStart=\nExecStart=/opt/bin/says\n" }];
    expect(await consoleOf({ name: "my.service", command: "start", content, dropIns })).toEqual([
      "my.service: it is b",
      "Finished my.service.",
    ]);
  });

  it("that wait for each other are started all the same", async () => {
    const content = (other: string): string => {
      return `[Unit]\nRequires=${other}\nAfter=${other}\n${service("ExecStart=/bin/true")}`;
    };
    const units = [
      { name: "b.service", content: content("a.service") },
      { name: "a.service", command: "start", content: content("b.service") },
    ];
    expect(await consoleOf(...units)).toEqual([
      "b.service: Found ordering cycle with a.service; it is not waited for.",
      "Finished b.service.",
      "Finished a.service.",
    ]);
  });

  it("of the machine itself are down once they are stopped", async () => {
    const content = service("ExecStart=-/bin/systemctl is-active locksmithd.service docker.service");
    const single = service("ExecStart=-/bin/systemctl is-active locksmithd.service");
    const lines = await consoleOf(
      { name: "locksmithd.service", command: "stop" },
      { name: "both.service", command: "start", content },
      { name: "one.service", command: "start", content: single },
    );
    expect(lines.filter((line) => line.includes("active"))).toEqual(["both.service: active", "one.service: inactive"]);
  });

  it("that are masked end the run", async () => {
    const test = await bootUnits({ name: "docker.service", command: "restart", mask: true });
    await test.untilConsole("coreos-cloudinit: the units after docker.service are not started");
    expect(test.console.slice(1)).toEqual([
      "Failed to start docker.service: Unit docker.service is masked.",
      'coreos-cloudinit: result of "restart" on "docker.service": not-found',
      "coreos-cloudinit: the units after docker.service are not started",
    ]);
  });

  it("that are not there cannot be stopped, which ends the run", async () => {
    const test = await bootUnits({ name: "none.service", command: "stop" });
    await test.untilConsole("coreos-cloudinit: the units after none.service are not started");
    expect(test.console).toContain("coreos-cloudinit: stop none.service: Unit none.service not loaded.");
  });

  it("run on beside the boot, and again as their unit says, but not without end", async () => {
    const content = "[Service]\nExecStart=/bin/false\nRestart=on-failure\nRestartSec=1s\n";
    const test = await bootUnits({ name: "my.service", command: "start", content });
    await test.untilConsole("my.service: Start request repeated too quickly.");
    const starts = test.console.filter((line) => line.includes("status=1/FAILURE"));
    expect(starts).toHaveLength(5);
    expect(test.console).toContain("end.service: end");
  });

  it("that fail beside the boot do what their failure asks for", async () => {
    const content = "[Unit]\nOnFailure=poweroff.target\n[Service]\nExecStartPre=/bin/true\nExecStart=/bin/false\n";
    const test = await bootUnits({ name: "my.service", command: "start", content });
    await test.untilOff();
    expect(test.poweredOff).toEqual(["my.service failed"]);
  });

  it("start others by their failure", async () => {
    const test = await bootUnits(
      { name: "other.service", content: service("ExecStart=/bin/echo help") },
      {
        name: "my.service",
        command: "start",
        content: `[Unit]\nOnFailure=other.service\n${service("ExecStart=/bin/false")}`,
      },
    );
    await test.untilConsole("other.service: help");
    expect(test.poweredOff).toEqual([]);
  });

  it("of timers start others at their time, and again", async () => {
    const test = await bootUnits(
      { name: "my.service", content: service("ExecStart=/bin/date +%s") },
      { name: "my.timer", command: "start", content: "[Timer]\nOnBootSec=1min\nOnUnitActiveSec=30s\n" },
    );
    await test.untilConsole("end.service: end");
    await test.clock.advance(120_000);
    const seconds = test.console.filter((line) => /^my.service: \d+$/.test(line)).map((line) => Number(line.slice(12)));
    const bootSecond = Date.UTC(2026, 10, 24, 12) / 1_000;
    expect(seconds).toEqual([bootSecond + 60, bootSecond + 90, bootSecond + 120]);
  });

  it.each([
    { content: "[Timer]\nAccuracySec=1s\n", line: "my.timer: Timer unit lacks value setting. Refusing." },
    {
      content: "[Timer]\nOnBootSec=1min\n",
      line: "my.timer: Refusing to start, unit my.service to trigger not loaded.",
    },
  ])("of timers are refused: $line", async ({ content, line }) => {
    const test = await bootUnits({ name: "my.timer", command: "start", content });
    await test.untilConsole("coreos-cloudinit: the units after my.timer are not started");
    expect(test.console).toContain(line);
  });
});
