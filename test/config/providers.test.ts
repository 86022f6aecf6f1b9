import { describe, expect, it } from "@jest/globals";
import {
  isPlainHttpsUrl,
  isProviderOf2023,
  parseLabels,
  providerMistakes,
  splitProvider,
} from "../../src/config/providers.js";

describe("a provider string", () => {
  it.each([
    ["key", "key", []],
    ["s3,bucket=b", "s3", [["bucket", "b"]]],
    ["kv,labels=a=b;c=d", "kv", [["labels", "a=b;c=d"]]],
    ["tls,file", "tls", [["file", ""]]],
    ["user,user=a,user=b", "user", [["user", "b"]]],
    ["", "", []],
    [",=x", "", [["", "x"]]],
  ])("%j is split as Reflow splits it", (text, name, flags) => {
    const entry = splitProvider(text);
    expect(entry).toEqual({ name, flags: new Map(flags as [string, string][]) });
  });

  it.each([
    ["cache", "readwrite"],
    ["repository", "noprepo"],
    ["session", "ec2metadata"],
    ["tracer", "localtracer"],
    ["taskdb", "dynamodbtask,table=t,bucket=b"],
    ["cluster", "localcluster,dir=/tmp/flow"],
    ["assoc", ""],
    ["labels", "kv,labels="],
    ["bootstrap", "bootstrapimage"],
    ["bootstrap", "bootstrapimage,uri=bootstrap"],
    ["bootstrap", "bootstrapimage,uri=https://bucket.s3.us-west-2.amazonaws.com/linux/bootstrap"],
    ["metrics", "prometrics"],
    ["metrics", "prometrics,port=0,nodeexporterport=9101,namespace=n"],
    ["reflowlet", "reflowletconfig,maxidleduration=1h30m,lowthresholdpct=55.5,fastincreasefactor=4"],
    ["docker", "docker,memlimit=hard"],
  ] as const)("is right as %s: %s", (key, text) => {
    const found = providerMistakes(key, text);
    expect(found).toEqual([]);
  });

  it.each([
    ["cache", "of", ['expected off, read, write or readwrite, found "of"; did you mean "off"?']],
    ["session", "awsession", ['expected awssession or ec2metadata, found "awsession"; did you mean "awssession"?']],
    ["session", "toString", ['expected awssession or ec2metadata, found "toString"']],
    ["tls", "s3,bucket=b", ['expected tls, found "s3"']],
    ["tls", "tls, file=x", [`expected one of tls's flags file, found " file"; did you mean "file"?`]],
    ["tls", "tls,constructor=x", [`expected one of tls's flags file, found "constructor"`]],
    ["cache", "off,x=1", ['expected no flags after off, found "x"']],
    [
      "logger",
      "logger,level=debg",
      [`expected off, error, info or debug for logger's level, found "debg"; did you mean "debug"?`],
    ],
    [
      "metrics",
      "prometrics,port=x,nodeexporterport=",
      [
        `expected a whole number for prometrics's port, found "x"`,
        `expected a whole number for prometrics's nodeexporterport, found ""`,
      ],
    ],
    ["metrics", "prometrics,port=70000", ["expected ports from 0 to 65535, found 70000"]],
    ["metrics", "prometrics,port=9101", ["expected two different ports, found 9101 for both"]],
    ["metrics", "prometrics,nodeexporterport=9100", ["expected two different ports, found 9100 for both"]],
    [
      "reflowlet",
      "reflowletconfig,maxidleduration=10",
      [`expected a duration such as 10m0s for reflowletconfig's maxidleduration, found "10"`],
    ],
    [
      "reflowlet",
      "reflowletconfig,maxidleduration=-5m",
      [`expected a duration such as 10m0s for reflowletconfig's maxidleduration, found "-5m"`],
    ],
    [
      "reflowlet",
      "reflowletconfig,lowthresholdpct=NaN",
      [`expected a number for reflowletconfig's lowthresholdpct, found "NaN"`],
    ],
    ["repository", "s3", ["expected the name of a bucket: `s3,bucket=NAME`"]],
    [
      "labels",
      "kv,labels=team=x;reflowlet:version=v1;reflow-ec2:port=1;aws:x=y",
      [
        'expected no label "reflowlet:version": it is the tag by which usable instances are known',
        'expected no label "reflow-ec2:port": tags that begin with "reflow-ec2:" are set by reflow-ec2 itself',
        'expected no label "aws:x": tags that begin with "aws:" belong to AWS',
      ],
    ],
    ["labels", "kv,labels=a", ['expected labels as `kv,labels=name=value;name=value`, found "a"']],
    ["bootstrap", "bootstrapimage,uri=http://h/b", ['expected `uri=bootstrap` or an https URL, found "http://h/b"']],
    [
      "bootstrap",
      "bootstrapimage,uri=https://h/$(reboot)",
      ['expected `uri=bootstrap` or an https URL, found "https://h/$(reboot)"'],
    ],
  ] as const)("is wrong as %s: %s", (key, text, expected) => {
    const found = providerMistakes(key, text);
    expect(found).toEqual(expected);
  });

  it.each([
    ["noptaskdb", true],
    ["prometrics,port=1", true],
    ["dynamodbtask", false],
    ["dynamodbtask,table=t", true],
    ["reflowletconfig", false],
    ["reflowletconfig,maxidleduration=1m", true],
    ["xray", false],
    ["toString", false],
  ])("%s belongs to 2023 alone: %s", (text, expected) => {
    const found = isProviderOf2023(text);
    expect(found).toBe(expected);
  });
});

describe("labels", () => {
  it.each([
    ["", {}],
    ["a=b", { a: "b" }],
    ["a=b;c=d;a=e", { a: "e", c: "d" }],
    ["a", undefined],
    ["a=", undefined],
    ["=b", undefined],
    ["a=b=c", undefined],
    ["a=b;", undefined],
  ])("%j", (text, expected) => {
    const labels = parseLabels(text);
    expect(labels).toEqual(expected);
  });
});

describe("a URL that instances fetch", () => {
  it.each([
    ["https://h/x", true],
    ["http://h/x", false],
    ["https://", false],
    ["https://h/a b", false],
    ["https://h/`x`", false],
    ['https://h/"', false],
    ["https://h/a;b", false],
  ])("%j is fit for scripts: %s", (text, expected) => {
    const fit = isPlainHttpsUrl(text);
    expect(fit).toBe(expected);
  });
});
