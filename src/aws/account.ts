/** The account, in a piece of its own: only `setup` and `doctor` load what STS, IAM and Service Quotas weigh. */
import { IAMClient } from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { STSClient } from "@aws-sdk/client-sts";
import type { AccountPort } from "../account/ports.js";
import { AccountAdapter } from "./account-adapter.js";
import type { PacerSurroundings } from "./call-pacer.js";
import { clientConfig, createEc2Clients, createEcrClient, type AwsAccess } from "./clients.js";
import { UnthrottledRetries } from "./retry-strategy.js";

/** An account with what must be let go of at the end. */
export interface OpenedAccount extends AccountPort {
  /** Closes the connections. */
  close(): void;
}

class OpenedAdapter extends AccountAdapter implements OpenedAccount {
  constructor(
    private readonly destroyed: readonly { destroy(): void }[],
    ...parts: ConstructorParameters<typeof AccountAdapter>
  ) {
    super(...parts);
  }

  close(): void {
    for (const client of this.destroyed) client.destroy();
  }
}

/**
 * The account as `setup` and `doctor` want it.
 * @param pathStyle name buckets in the path, as endpoints other than AWS's own need it
 */
export function createAccountPort(
  access: AwsAccess,
  surroundings: PacerSurroundings,
  pathStyle: boolean = access.endpointUrl !== undefined,
): OpenedAccount {
  // Throttled calls are repeated by our own pacing.
  const config = () => ({ ...clientConfig(access), retryStrategy: new UnthrottledRetries() });
  const ec2 = createEc2Clients(access);
  const clients = {
    ecr: createEcrClient(access),
    iam: new IAMClient(config()),
    quotas: new ServiceQuotasClient(config()),
    // A repository may be in another region than the cluster.
    s3: new S3Client({ ...clientConfig(access), forcePathStyle: pathStyle, followRegionRedirects: true }),
    sts: new STSClient(config()),
  };
  return new OpenedAdapter([ec2.launching, ec2.other, ...Object.values(clients)], ec2, clients, surroundings);
}
