import { generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";

/** A key and its public half. */
export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** P-256 is made in a millisecond; RSA of 2048 bits, as Reflow's, takes some hundred. */
export type KeyKind = "p256" | "rsa2048";

const generate = promisify(generateKeyPair);

/** Makes a new key. */
export async function createKeyPair(kind: KeyKind): Promise<KeyPair> {
  return kind === "p256" ? generate("ec", { namedCurve: "P-256" }) : generate("rsa", { modulusLength: 2048 });
}

/** The private key as PEM in the form that its programs write: PKCS#1 for RSA, else PKCS#8. */
export function privateKeyPem(key: KeyObject): string {
  return key.export({ type: key.asymmetricKeyType === "rsa" ? "pkcs1" : "pkcs8", format: "pem" }).toString();
}
