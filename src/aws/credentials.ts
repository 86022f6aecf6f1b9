import { fromEnv } from "@aws-sdk/credential-provider-env";
import { fromIni } from "@aws-sdk/credential-provider-ini";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { DEFAULT_PROFILE, getProfileName, loadSharedConfigFiles } from "@smithy/core/config";
import type { AwsCredentials } from "./clients.js";
import { AwsRequestHandler, REQUEST_LIMITS } from "./request-handler.js";

/**
 * Finds credentials as the SDK does: environment, shared files, container and instance metadata. Credentials sealed in
 * a Reflow configuration are used only where environment, profile and shared files give none.
 */
export function credentialsFor(
  profile: string | undefined,
  sealed: AwsCredentials | undefined,
): () => Promise<AwsCredentials> {
  // Roles and single sign-on are asked of AWS, too.
  const clientConfig = { requestHandler: new AwsRequestHandler(REQUEST_LIMITS) };
  // A profile that is named must be there: falling back silently would act in another account.
  if (profile !== undefined) return fromIni({ profile, clientConfig });
  if (sealed === undefined) return defaultProvider({ clientConfig });
  const environment = fromEnv();
  return async () => {
    for (const provider of [environment, fromIni({ clientConfig })]) {
      try {
        return await provider();
      } catch (error) {
        if (!(error instanceof Error) || error.name !== "CredentialsProviderError") throw error;
        // AWS_PROFILE names a profile as --profile does.
        if (getProfileName({}) !== DEFAULT_PROFILE && provider !== environment) throw error;
      }
    }
    return sealed;
  };
}

/** The region that the shared AWS files give the profile, else AWS_PROFILE, else the default one; undefined when they give none. */
export async function sharedRegion(profile: string | undefined): Promise<string | undefined> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const name = getProfileName(profile === undefined ? {} : { profile });
  return configFile[name]?.["region"] ?? credentialsFile[name]?.["region"];
}
