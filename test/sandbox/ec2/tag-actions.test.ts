import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeTagsCommand,
  RunInstancesCommand,
  type Filter,
  type Tag,
} from "@aws-sdk/client-ec2";
import { forEver, openTestSandbox, refusalOf, smallest, type TestSandbox } from "../support.js";

let box: TestSandbox;
let id: string;
let other: string;
beforeEach(async () => {
  box = await openTestSandbox({ timings: forEver });
  const { Instances = [] } = await box.ec2.send(new RunInstancesCommand({ ...smallest, MaxCount: 2 }));
  [id = "", other = ""] = Instances.map(({ InstanceId = "" }) => InstanceId);
});
afterEach(() => box.close());

const tag = (Resources: string[], Tags: Tag[]): Promise<unknown> =>
  box.ec2.send(new CreateTagsCommand({ Resources, Tags }));

async function tagsOf(resource: string): Promise<Record<string, string>> {
  const Filters: Filter[] = [{ Name: "resource-id", Values: [resource] }];
  const { Tags = [] } = await box.ec2.send(new DescribeTagsCommand({ Filters }));
  return Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

describe("CreateTags", () => {
  it("tags several resources, overwrites keys that are there, keeps the others", async () => {
    const [volume = ""] = box.sandbox.account.volumes.keys();
    await tag(
      [id, volume],
      [
        { Key: "user", Value: "ann" },
        { Key: "team", Value: "genomics" },
      ],
    );
    await tag([id], [{ Key: "user", Value: "ben" }]);
    expect([await tagsOf(id), await tagsOf(volume)]).toEqual([
      { user: "ben", team: "genomics" },
      { user: "ann", team: "genomics" },
    ]);
  });

  it("carries any text unharmed", async () => {
    const texts = ["", " spaces ", "<b>&amp;\"'", "line\nand\r\ntab\t", "héllo 🧬", "a=b;c=d"];
    await tag(
      [id],
      texts.map((Value, index) => ({ Key: `key ${index}`, Value })),
    );
    expect(Object.values(await tagsOf(id))).toEqual(texts);
  });

  it("lets the later of two equal keys win, as Reflow's drivers send `user` twice", async () => {
    await tag(
      [id],
      [
        { Key: "user", Value: "ann" },
        { Key: "user", Value: "ben" },
      ],
    );
    expect(await tagsOf(id)).toEqual({ user: "ben" });
  });

  it.each<[resource: string, code: string, message: string]>([
    ["i-0123456789abcdef0", "InvalidInstanceID.NotFound", "The instance ID 'i-0123456789abcdef0' does not exist"],
    ["vol-0123456789abcdef0", "InvalidVolume.NotFound", "The volume 'vol-0123456789abcdef0' does not exist."],
    [
      "sir-01234567",
      "InvalidSpotInstanceRequestID.NotFound",
      "The spot instance request ID 'sir-01234567' does not exist",
    ],
    ["nonsense", "InvalidID", "The ID 'nonsense' is not valid"],
  ])("tags nothing when one resource is %s", async (resource, code, message) => {
    const refusal = await refusalOf(tag([id, resource, other], [{ Key: "a", Value: "b" }]));
    expect(refusal).toEqual({ code, message, status: 400, requestId: true });
    expect([await tagsOf(id), await tagsOf(other)]).toEqual([{}, {}]);
  });

  it("tags nothing when one resource would have more than 50 tags", async () => {
    const many = (count: number, prefix: string): Tag[] =>
      Array.from({ length: count }, (_, index) => ({ Key: `${prefix}${index}`, Value: "" }));
    await tag([other], many(49, "a"));
    const refusal = await refusalOf(tag([id, other], many(2, "b")));
    expect(refusal.code).toBe("TagLimitExceeded");
    expect(await tagsOf(id)).toEqual({});
    await tag([other], many(1, "b"));
    expect(Object.keys(await tagsOf(other))).toHaveLength(50);
  });

  it.each<[what: string, call: () => Promise<unknown>, code: string]>([
    ["no resources", () => tag([], [{ Key: "a", Value: "b" }]), "MissingParameter"],
    ["no tags", () => tag([id], []), "MissingParameter"],
    ["an empty key", () => tag([id], [{ Key: "", Value: "b" }]), "InvalidParameterValue"],
    ["a reserved key", () => tag([id], [{ Key: "AWS:x", Value: "b" }]), "InvalidParameterValue"],
  ])("refuses %s", async (_what, call, code) => {
    expect((await refusalOf(call())).code).toBe(code);
    expect(await tagsOf(id)).toEqual({});
  });
});

describe("DeleteTags", () => {
  it.each<[what: string, tags: Tag[] | undefined, left: Record<string, string>]>([
    ["by key", [{ Key: "a" }], { b: "2" }],
    ["by key and value", [{ Key: "a", Value: "1" }], { b: "2" }],
    ["not with another value", [{ Key: "a", Value: "" }], { a: "1", b: "2" }],
    ["all when none is named", undefined, {}],
  ])("removes tags %s", async (_what, Tags, left) => {
    await tag(
      [id],
      [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "2" },
      ],
    );
    await box.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags }));
    expect(await tagsOf(id)).toEqual(left);
  });
});

describe("DescribeTags", () => {
  it.each<[filter: Filter, keys: string[]]>([
    [{ Name: "key", Values: ["a*"] }, ["a1", "a2"]],
    [{ Name: "value", Values: ["y"] }, ["a2", "b"]],
    [{ Name: "resource-type", Values: ["volume"] }, ["b"]],
  ])("filters by %j", async (filter, keys) => {
    const [volume = ""] = box.sandbox.account.volumes.keys();
    await tag(
      [id],
      [
        { Key: "a1", Value: "x" },
        { Key: "a2", Value: "y" },
      ],
    );
    await tag([volume], [{ Key: "b", Value: "y" }]);
    const { Tags = [] } = await box.ec2.send(new DescribeTagsCommand({ Filters: [filter] }));
    expect(Tags.map(({ Key }) => Key)).toEqual(keys);
  });

  it("answers in pages", async () => {
    await tag(
      [id],
      Array.from({ length: 7 }, (_, index) => ({ Key: `k${index}`, Value: "" })),
    );
    const first = await box.ec2.send(new DescribeTagsCommand({ MaxResults: 5 }));
    const second = await box.ec2.send(new DescribeTagsCommand({ MaxResults: 5, NextToken: first.NextToken }));
    expect([first.Tags?.length, second.Tags?.length, second.NextToken]).toEqual([5, 2, undefined]);
  });
});
