import { Ec2ApiError } from "../protocol/ec2-error.js";

/** EC2's limit, counted before base64. */
const MOST_BYTES = 16_384;

const malformed = (message: string): Ec2ApiError => new Ec2ApiError("InvalidUserData.Malformed", message);

/**
 * Checks the user-data of a launch, which the API takes in base64.
 * @returns it as it was sent; empty when there is none.
 * @throws Ec2ApiError InvalidUserData.Malformed when it is no base64, or more than 16,384 bytes.
 */
export function checkUserData(userData: string | undefined): string {
  if (userData === undefined) return "";
  // Line breaks are allowed inside base64 (RFC 2045), and some encoders write them.
  const digits = userData.replace(/[\r\n]/g, "");
  if (digits.length % 4 === 1 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) {
    throw malformed("Invalid BASE64 encoding of user data.");
  }
  if (Buffer.from(digits, "base64").length > MOST_BYTES) {
    throw malformed(`User data is limited to ${MOST_BYTES} bytes`);
  }
  return userData;
}
