import type { UserDataInput } from "../../src/userdata/input.js";

const download = "https://downloads.example.com";

/** Input of a plain 2023 cluster on NVMe types: one volume, a profile, no metrics. */
export const input2023: UserDataInput = {
  generation: 2023,
  instanceConfig: [
    "ec2cluster:",
    "  name: default",
    "reflow: reflowversion,version=c0ffee123456",
    "session: ec2metadata",
    "",
  ].join("\n"),
  bootstrapUrl: "https://reflow-cache.s3.us-west-2.amazonaws.com/bootstrap",
  bootstrapExpiryMs: 600_000,
  usableWithinMs: 900_000,
  endsThen: false,
  ecrLogin: {
    username: "AWS",
    password: "123456789012-auth-token",
    endpoint: "https://123456789012.dkr.ecr.us-west-2.amazonaws.com",
    expiresMs: Date.UTC(2026, 0, 1, 12),
  },
  sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 ann@host\n"],
  immortal: false,
  instanceProfile: "arn:aws:iam::123456789012:instance-profile/reflow",
  dataVolumes: 1,
  ebsNvme: true,
  helpers: {
    cloudwatch: { enabled: true, url: `${download}/systemd-cloud-watch_linux` },
    xray: { enabled: true, url: `${download}/aws-xray-daemon-linux-3.x.zip` },
    nodeExporter: { enabled: true, url: `${download}/node_exporter-1.0.1.linux-amd64.tar.gz` },
  },
};

/** Input of a 2020 cluster whose credentials are sealed into the configuration. */
export const input2020: UserDataInput = {
  ...input2023,
  generation: 2020,
  instanceConfig: [
    "ec2cluster:",
    "  name: default",
    "instances:",
    "  awssession:",
    "    credentials: {accesskeyid: AKIAEXAMPLE, providername: EnvProvider, secretaccesskey: EXAMPLE, sessiontoken: ''}",
    "    region: us-west-2",
    "session: awssession",
    "",
  ].join("\n"),
  instanceProfile: undefined,
  awsCredentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "EXAMPLE/+=" },
};
