import type { ReflowConfig } from "../config/model.js";
import type { Check } from "./check.js";
import { clock, credentials, endpoint } from "./checks/access.js";
import { configuration, region, settings } from "./checks/configuration.js";
import { bootstrap, image, instanceProfile, keyPair } from "./checks/launch.js";
import { prices, tls, userData } from "./checks/machine.js";
import { members } from "./checks/members.js";
import { permissionChecks } from "./checks/permissions.js";
import { quota } from "./checks/quota.js";
import { repository } from "./checks/repository.js";
import { securityGroup } from "./checks/security-group.js";
import { subnets } from "./checks/subnets.js";

/** Every check of a configuration, each after those that it needs, in the order in which they are told. */
export const checksOf = (config: ReflowConfig): readonly Check[] => [
  configuration,
  region,
  settings,
  credentials,
  endpoint,
  clock,
  ...permissionChecks(config),
  quota,
  subnets,
  securityGroup,
  image,
  keyPair,
  instanceProfile,
  bootstrap,
  repository,
  tls,
  userData,
  prices,
  members,
];
