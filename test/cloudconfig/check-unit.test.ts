import { describe, expect, it } from "@jest/globals";
import { checkUnit } from "../../src/cloudconfig/check-unit.js";

describe("checkUnit", () => {
  it.each([
    ["a.service", "[Service]\nExecStart=/bin/true\n"],
    ["a.service", "[Service]\nExecStart=-true\n"],
    ["a.service", "[Service]\nType=oneshot\nExecStart=/bin/a\nExecStart=/bin/b\n"],
    ["a.service", "[Service]\nExecStart=%h/bin/a\n"],
    ["a.service", '[Service]\nExecStart="/opt/my bin/a" b\n'],
    ["a.service", "[Service]\nType=oneshot\nExecStop=/bin/a\n"],
    ["a.service", "[Service]\nExecStop=/bin/a\n"],
    ["mnt-data.mount", "[Mount]\nWhat=/dev/sda\nWhere=/mnt/data/\n"],
    ["mnt-my\\x2ddata.mount", "[Mount]\nWhat=/dev/sda\nWhere=/mnt/my-data\n"],
    ["-.mount", "[Mount]\nWhat=/dev/sda\nWhere=/\n"],
    ["a.timer", "[Timer]\nOnBootSec=5s\n"],
    ["a.target", "[Unit]\nDescription=A\n"],
    ["a.socket", "[Socket]\nListenStream=1\n"],
  ])("finds nothing wrong with %s of %j", (name, content) => {
    expect(checkUnit(name, content)).toEqual([]);
  });

  it.each([
    ["a.service", "[Unit]\n", "has no section [Service]"],
    ["a.service", "[Service]\nType=oneshot\n", "has no ExecStart"],
    ["a.service", "[Service]\nType=simple\nExecStop=/bin/a\n", "has no ExecStart"],
    ["a.service", "[Service]\nExecStart=/bin/a\nExecStart=\n", "has no ExecStart"],
    ["a.service", "[Service]\nExecStart=/bin/a\nExecStart=/bin/b\n", "has 2 ExecStart, which only oneshot may"],
    ["a.service", "[Service]\nExecStart=bin/a b\n", "bin/a b does not begin with an absolute path"],
    ["a.mount", "[Mount]\nWhere=/a\n", "has no What"],
    ["a.mount", "[Mount]\nWhat=/dev/sda\n", "has no Where"],
    [
      "data.mount",
      "[Mount]\nWhat=/b\nWhere=/mnt/data\n",
      "mounts on /mnt/data, so that it must be named mnt-data.mount",
    ],
    ["a.timer", "[Timer]\nAccuracySec=1s\n", "has no time to elapse"],
  ])("says of %s with %j that it %s", (name, content, message) => {
    expect(checkUnit(name, content)).toEqual([{ source: name, key: "", message }]);
  });

  it("passes on what is wrong with the syntax", () => {
    expect(checkUnit("a.service", "[Service\n")).toEqual([
      { source: "a.service", line: 1, key: "", message: '"[Service" is not a section header such as [Service]' },
    ]);
  });
});
