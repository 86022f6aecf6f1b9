import { userDataTextMaker } from "../../../../src/compose/user-data.js";
import type { MachineHost, MachineVolume } from "../../../../src/sandbox/machine/host.js";
import { load } from "../../../config/samples.js";
import { authority } from "../../../tls/material.js";

/** A machine whose user-data is broken part by part. */
export interface Subject {
  /** What sets it apart, for the table. */
  readonly title: string;
  /** The cloud-config that the program makes for it. */
  readonly text: string;
  readonly host: Pick<MachineHost, "hardware" | "volumes" | "instanceProfile" | "metadataTokens">;
}

interface SubjectOptions {
  readonly generation: 2020 | 2023;
  readonly ebsNvme: boolean;
  readonly slices: number;
  readonly profile: boolean;
  readonly metrics?: boolean;
  readonly immortal?: boolean;
}

/** Longer than a machine waits for its disks; shorter than the idle time, so that the deadline finds a reflowlet. */
const USABLE_WITHIN_MS = 120_000;

const ROOT: MachineVolume = {
  volumeId: "vol-0a0000000000000a1",
  deviceName: "/dev/xvda",
  sizeGiB: 200,
  root: true,
};

/** Both generations, NVMe and Xen names, one and four volumes, with and without profile, metrics and immortality. */
export const SUBJECTS: readonly Subject[] = await Promise.all([
  subject({ generation: 2023, ebsNvme: true, slices: 4, profile: true, metrics: true }),
  subject({ generation: 2023, ebsNvme: false, slices: 1, profile: true }),
  subject({ generation: 2020, ebsNvme: true, slices: 1, profile: true }),
  subject({ generation: 2020, ebsNvme: false, slices: 4, profile: false }),
  subject({ generation: 2023, ebsNvme: true, slices: 1, profile: true, immortal: true }),
]);

async function subject(options: SubjectOptions): Promise<Subject> {
  const { generation, ebsNvme, slices, profile, metrics = false, immortal = false } = options;
  const make = userDataTextMaker(load(configurationOf(options)), {
    authority,
    region: "us-west-2",
    credentials: async () => ({ accessKeyId: "AKIAEXAMPLE", secretAccessKey: "EXAMPLE", sessionToken: "TOKEN" }),
  });
  const text = await make({
    instanceType: "m5.large",
    market: "on-demand",
    usableWithinMs: USABLE_WITHIN_MS,
    endsThen: false,
    dataVolumes: slices,
    ebsNvme,
    registryLogin: {
      username: "AWS",
      password: "token",
      endpoint: "https://123456789012.dkr.ecr.us-west-2.amazonaws.com",
      expiresMs: 0,
    },
  });
  const words = [
    String(generation),
    ebsNvme ? "NVMe" : "Xen",
    slices === 1 ? "1 volume" : `${slices} volumes`,
    profile ? "profile" : "sealed credentials",
    ...(metrics ? ["metrics"] : []),
    ...(immortal ? ["immortal"] : []),
  ];
  return {
    title: words.join(", "),
    text,
    host: {
      hardware: { instanceType: "m5.large", cpus: 2, memoryBytes: 8e9, features: [], ebsNvme },
      volumes: [ROOT, ...dataVolumes(slices)],
      instanceProfile: profile,
      metadataTokens: generation === 2023 ? "required" : "optional",
    },
  };
}

function configurationOf({ generation, profile, metrics, immortal }: SubjectOptions): string {
  const cluster = [
    ...(profile ? ["instanceprofile: arn:aws:iam::123456789012:instance-profile/reflow"] : []),
    "securitygroup: sg-0a1b2c3d",
    ...(generation === 2020 ? ["region: us-west-2"] : []),
    ...(immortal === true ? ["immortal: true"] : []),
    "instancetypes: [m5.large]",
  ];
  return [
    "cluster: ec2cluster",
    "ec2cluster:",
    ...cluster.map((line) => `  ${line}`),
    "key: {key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 ann@host}",
    "instances:",
    // An immortal machine's reflowlet is gone before the deadline, at which the machine is to stay up all the same.
    `  reflowletconfig: {maxidleduration: ${immortal === true ? "30s" : "3m0s"}}`,
    ...(metrics === true ? ["metrics: prometrics"] : []),
    `reflow: reflowversion,version=c0ffee${generation}`,
    `reflow-ec2: {generation: ${generation}}`,
    "repository: s3,bucket=reflow-cache",
    `session: ${generation === 2023 ? "ec2metadata" : "awssession"}`,
    "tls: tls,file=/home/ann/.reflow/reflow.pem",
    "",
  ].join("\n");
}

function dataVolumes(count: number): readonly MachineVolume[] {
  return ["b", "c", "d", "e"].slice(0, count).map((letter) => ({
    volumeId: `vol-0${letter.repeat(16)}`,
    deviceName: `/dev/xvd${letter}`,
    sizeGiB: 300,
    root: false,
  }));
}
