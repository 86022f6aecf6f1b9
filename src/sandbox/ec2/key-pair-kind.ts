import { Ec2ApiError } from "../protocol/ec2-error.js";
import type { KeyPairRecord } from "./records.js";

/** How key pairs are named and found. */
export const keyPairKind = {
  idParameter: "KeyPairId",
  idOf: (pair: KeyPairRecord): string => pair.id,
  notFound: (names: readonly string[]): Ec2ApiError =>
    names.length === 1
      ? new Ec2ApiError("InvalidKeyPair.NotFound", `The key pair '${names.join()}' does not exist`)
      : new Ec2ApiError("InvalidKeyPair.NotFound", `The key pairs '${names.join(", ")}' do not exist`),
  attributes: {
    fingerprint: (pair: KeyPairRecord) => [pair.fingerprint],
    "key-name": (pair: KeyPairRecord) => [pair.name],
    "key-pair-id": (pair: KeyPairRecord) => [pair.id],
  },
};
