import { EC2Client, type EC2ClientConfig } from "@aws-sdk/client-ec2";
import { ECRClient } from "@aws-sdk/client-ecr";
import type { Ec2Clients } from "./ec2-caller.js";
import { AwsRequestHandler, REQUEST_LIMITS } from "./request-handler.js";
import { UnthrottledRetries } from "./retry-strategy.js";

/** AWS credentials. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** When they end, where that is known. */
  readonly expiration?: Date | undefined;
}

/** How AWS is reached. */
export interface AwsAccess {
  readonly region: string;
  /** Overrides every other source of endpoints. */
  readonly endpointUrl?: string | undefined;
  readonly credentials: () => Promise<AwsCredentials>;
  /** Hears of each request other than a launch when it is handed to the network: its answer is waited for from now on. */
  readonly onWaiting?: (() => void) | undefined;
}

/** A launch that has been sent is waited for as long as its sender waits: a lost answer costs more than a late one. */
const LAUNCH_LIMITS = { ...REQUEST_LIMITS, requestTimeout: 60_000 };

/** The settings that clients of all services have. */
type ClientConfig = Pick<EC2ClientConfig, "region" | "credentials" | "requestHandler" | "endpoint">;

/** What the clients of all services are made with. */
export function clientConfig({ region, endpointUrl, credentials }: AwsAccess): ClientConfig {
  return {
    region,
    // The SDK keeps what it gets until shortly before the expiration.
    credentials: async () => {
      const { accessKeyId, secretAccessKey, sessionToken, expiration } = await credentials();
      return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }), ...(expiration && { expiration }) };
    },
    requestHandler: new AwsRequestHandler(REQUEST_LIMITS),
    ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
  };
}

/** The clients of EC2: one for launches, which are tried once, one for everything else. */
export function createEc2Clients(access: AwsAccess): Ec2Clients {
  const other = new EC2Client({ ...clientConfig(access), retryStrategy: new UnthrottledRetries() });
  other.middlewareStack.add(
    (next) => (args) => {
      const answer = next(args);
      access.onWaiting?.();
      return answer;
    },
    // The last step before the network: the request is signed.
    { step: "finalizeRequest", priority: "low" },
  );
  return {
    launching: new EC2Client({
      ...clientConfig(access),
      requestHandler: new AwsRequestHandler(LAUNCH_LIMITS),
      maxAttempts: 1,
    }),
    other,
  };
}

/** The client of ECR. */
export function createEcrClient(access: AwsAccess): ECRClient {
  return new ECRClient(clientConfig(access));
}
