import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createAuthority, writeAuthorityFile } from "../tls/create-authority.js";
import { DEFAULT_IMAGE_ID, INSTANCE_PROFILE_ARN, REFLOW_GROUP_ID } from "./ec2/account-content.js";
import { REFLOWLET_IMAGE_URL, SANDBOX_BUCKET } from "./reflowlet-image.js";

/** What the ready-made configuration is made for. */
export interface ReadyMadeConfigOptions {
  readonly stateDirectory: string;
  readonly region: string;
  /** The login name; it becomes part of the members' tags. */
  readonly user: string;
  readonly nowMs: number;
}

/**
 * Writes a configuration that works with a new sandbox as it is, and the TLS authority that it names, both for their
 * owner's eyes only: `config.yaml` and `reflow.pem` in the state directory.
 * @returns the configuration's path.
 * @throws ConfigError when the files cannot be written.
 */
export async function writeReadyMadeConfig(options: ReadyMadeConfigOptions): Promise<string> {
  const configPath = join(options.stateDirectory, "config.yaml");
  const authorityPath = join(options.stateDirectory, "reflow.pem");
  await writeAuthorityFile(authorityPath, await createAuthority({ nowMs: options.nowMs }));
  await writeFile(configPath, readyMadeConfig({ ...options, authorityPath }), { mode: 0o600 });
  return configPath;
}

/** The configuration's text: Reflow's of 2023, with credentials that only the sandbox knows. */
export function readyMadeConfig(options: {
  readonly region: string;
  readonly user: string;
  readonly authorityPath: string;
}): string {
  return `# The ready-made configuration of reflow-ec2's sandbox. It goes when the sandbox is stopped.
cluster: ec2cluster
ec2cluster:
  name: default
  securitygroup: ${REFLOW_GROUP_ID}
  instanceprofile: ${INSTANCE_PROFILE_ARN}
  ami: ${DEFAULT_IMAGE_ID}
  disktype: gp3
instances:
  awssession:
    region: ${options.region}
    # Known to the sandbox alone, which checks no signatures.
    credentials:
      accesskeyid: AKIAREFLOWEC2SANDBOX
      secretaccesskey: sandbox
      sessiontoken: ""
      providername: reflow-ec2-sandbox
reflow: reflowversion,version=sandbox
repository: s3,bucket=${SANDBOX_BUCKET}
session: awssession
tls: ${JSON.stringify(`tls,file=${options.authorityPath}`)}
user: ${JSON.stringify(`user,user=${options.user}`)}
reflow-ec2:
  generation: 2023
  image: ${REFLOWLET_IMAGE_URL}
`;
}
