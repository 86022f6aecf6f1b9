import {
  appendFile,
  appendUnit,
  emptyCloudConfig,
  mergeCloudConfig,
  type CloudConfig,
} from "../cloudconfig/cloud-config.js";
import { parseCloudConfig } from "../cloudconfig/parse-cloud-config.js";
import { bootstrapFiles, reflowletUnit } from "./bootstrap.js";
import { checkInput } from "./check-input.js";
import { deadlinePart } from "./deadline.js";
import { cloudwatchPart, nodeExporterPart, xrayPart } from "./helper-programs.js";
import type { UserDataInput } from "./input.js";
import { ecrLoginFile, machinePart } from "./machine.js";
import { storagePart } from "./storage.js";

/**
 * What an instance does at boot, with Reflow's purposes, order and merge rule: the user's own cloud-config comes after
 * everything of ours except the reflowlet's unit, which is last.
 * @throws ConfigError with every problem of the input, or of the user's cloud-config
 */
export function buildUserData(input: UserDataInput): CloudConfig {
  checkInput(input);
  const user = parseCloudConfig(input.userCloudConfig, input.source ?? "configuration", {
    key: "ec2cluster.cloudconfig",
  });
  const ours = builtIn(input);
  return appendUnit(mergeCloudConfig(ours, user), reflowletUnit(input.immortal));
}

function builtIn(input: UserDataInput): CloudConfig {
  const deadline = deadlinePart(input);
  const storage = storagePart(input);
  const cloudwatch = cloudwatchPart(input.helpers.cloudwatch);
  const xray = xrayPart(input);
  const nodeExporter = nodeExporterPart(input);
  const files = [
    ...(input.ecrLogin === undefined ? [] : [ecrLoginFile(input.ecrLogin)]),
    ...machinePart.files,
    ...bootstrapFiles(input),
    ...cloudwatch.files,
    ...nodeExporter.files,
    ...xray.files,
    ...storage.files,
    ...deadline.files,
  ];
  const units = [
    ...deadline.units,
    ...machinePart.units,
    ...storage.units,
    ...cloudwatch.units,
    ...xray.units,
    ...nodeExporter.units,
  ];
  const base: CloudConfig = {
    ...emptyCloudConfig,
    coreos: { update: { rebootStrategy: "off" }, units: [] },
    sshAuthorizedKeys: input.sshKeys.map((key) => key.trim()).filter((key) => key !== ""),
  };
  return units.reduce(appendUnit, files.reduce(appendFile, base));
}
