/** Everything that needs the AWS SDK, loaded as one piece when the first command needs it. */
import type { createAccountPort, OpenedAccount } from "./account.js";

export type { OpenedAccount } from "./account.js";
export { createEc2Clients, createEcrClient } from "./clients.js";
export { credentialsFor, sharedRegion } from "./credentials.js";
export { fromSdkError } from "./ec2-errors.js";
export { Ec2Adapter } from "./ec2-adapter.js";
export { SdkEcrAuthenticator } from "./ecr-authenticator.js";

/** The account as `setup` and `doctor` want it; what only they need is loaded by the first call. */
export async function openAccount(...options: Parameters<typeof createAccountPort>): Promise<OpenedAccount> {
  return (await import("./account.js")).createAccountPort(...options);
}
