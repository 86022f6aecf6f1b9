import { CALLER_ADDRESS, INSTANCE_PROFILE_NAME } from "../../sandbox/ec2/account-content.js";
import { REFLOWLET_IMAGE_URL, SANDBOX_BUCKET } from "../../sandbox/reflowlet-image.js";
import type { SetupWishes } from "../../setup/model.js";

/** What a sandbox account has for what nobody names: it knows its caller's address, its bucket and its reflowlet. */
export function sandboxFallbacks(wishes: SetupWishes): SetupWishes {
  return {
    cidrs: [`${CALLER_ADDRESS}/32`],
    bucket: SANDBOX_BUCKET,
    image: REFLOWLET_IMAGE_URL,
    reflowVersion: "sandbox",
    // Used where it is there, as it is but in an empty account.
    createProfile: wishes.instanceProfile === undefined ? INSTANCE_PROFILE_NAME : undefined,
  };
}
