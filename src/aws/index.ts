/** Everything that needs the AWS SDK, loaded as one piece when the first command needs it. */
export { createEc2Clients, createEcrClient } from "./clients.js";
export { credentialsFor, sharedRegion } from "./credentials.js";
export { fromSdkError } from "./ec2-errors.js";
export { Ec2Adapter } from "./ec2-adapter.js";
export { SdkEcrAuthenticator } from "./ecr-authenticator.js";
