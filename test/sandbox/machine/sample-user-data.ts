import { appendFile, appendUnit, emptyCloudConfig, type CloudConfig } from "../../../src/cloudconfig/cloud-config.js";
import { recordedAuthorityPem } from "../../tls/material.js";

/** Two spaces before each line, as a block of YAML wants them. */
function indent(text: string, spaces: number): string {
  return text.trimEnd().replace(/^/gm, " ".repeat(spaces));
}

/** `/etc/reflowconfig` with the authority sealed into it; credentials too for 2020. */
export function reflowConfig(generation: 2020 | 2023): string {
  const credentials = `  awssession:
    credentials: {accesskeyid: AKIAEXAMPLE, secretaccesskey: EXAMPLE, sessiontoken: ""}
    region: us-west-2
`;
  return `instances:
${generation === 2020 ? credentials : ""}  reflowletconfig:
    maxidleduration: 10m0s
  tls: |
${indent(recordedAuthorityPem(2023), 4)}
reflow: reflowversion,version=c0ffee123456
session: ${generation === 2020 ? "awssession" : "ec2metadata"}
tls: tls,file=/home/ann/.reflow/reflow.pem
`;
}

const BOOTSTRAP_URLS = {
  2020: "https://grail-public-bin.s3-us-west-2.amazonaws.com/linux/amd64/reflowbootstrap0.1",
  2023: "https://grail-public-bin.s3-us-west-2.amazonaws.com/linux/amd64/reflowbootstrap0.4",
} as const;

const ARGUMENTS = {
  2020: "-config /etc/reflowconfig",
  2023: "-config /etc/reflowconfig -session ec2metadata -expiry 10m0s",
} as const;

/**
 * User-data in the way that Reflow itself writes it: the device is named in the unit, the disk is made ready by the
 * unit's own commands, and the reflowlet depends on nothing but the network.
 */
export function reflowStyleUserData(generation: 2020 | 2023, device = "nvme1n1"): CloudConfig {
  const files = [
    { path: "/etc/reflowconfig", permissions: "0644", owner: "root", content: reflowConfig(generation) },
    {
      path: "/opt/bin/bootstrap",
      permissions: "0755",
      owner: "root",
      content: `#!/bin/bash
set -e
bin=/tmp/reflowbootstrap
curl -s ${BOOTSTRAP_URLS[generation]} > $bin
chmod +x $bin
export V23_CREDENTIALS=/opt/.v23
$bin ${ARGUMENTS[generation]} || true
sleep 5
exit 1
`,
    },
  ];
  const onFailure = "OnFailure=poweroff.target\nOnFailureJobMode=replace-irreversibly";
  const units = [
    { name: "update-engine.service", command: "stop" },
    { name: "locksmithd.service", command: "stop" },
    {
      name: "format-data.service",
      command: "start",
      content: `[Unit]
Description=Format data
After=dev-${device}.device
Requires=dev-${device}.device
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStartPre=/usr/sbin/pvcreate /dev/${device}
ExecStartPre=/usr/sbin/vgcreate data_group /dev/${device}
ExecStartPre=/usr/bin/echo "waiting for the group"
ExecStartPre=/usr/bin/sleep 1
ExecStartPre=/usr/sbin/lvcreate -l 100%%VG --stripes 1 --stripesize 256 -n data_vol data_group
ExecStart=-/usr/sbin/mkfs.ext4 /dev/data_group/data_vol
`,
    },
    {
      name: "mnt-data.mount",
      command: "start",
      content: `[Unit]
Description=Data
${onFailure}
[Mount]
What=/dev/data_group/data_vol
Where=/mnt/data
Type=ext4
Options=data=writeback
`,
    },
    {
      name: "reflowlet.service",
      enable: true,
      command: "start",
      content: `[Unit]
Description=reflowlet
Requires=network.target
After=network.target
${onFailure}
[Service]
OOMScoreAdjust=-1000
Type=oneshot
ExecStart=/opt/bin/bootstrap
`,
    },
  ];
  return units.reduce(appendUnit, files.reduce(appendFile, emptyCloudConfig));
}
