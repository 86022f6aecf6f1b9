import { createHash } from "node:crypto";
import type { RegistryLogin } from "../cluster/ports.js";
import { MASK } from "../config/mask-config.js";
import type { SealedCredentials } from "../config/model.js";
import type { Authority } from "../tls/authority.js";

/** Usual lengths in characters: an RSA authority of 2048 bits, a login for ECR, a token of temporary credentials. */
const PEM_CHARACTERS = 2_700;
const ECR_PASSWORD_CHARACTERS = 2_600;
const SESSION_TOKEN_CHARACTERS = 1_000;

/** What of an instance is secret, or not known before a launch asks for it. */
export interface LaunchSecrets {
  readonly authority: Pick<Authority, "pem">;
  readonly credentials: SealedCredentials;
  readonly registryLogin: RegistryLogin;
}

/**
 * Secrets to count with: the real authority where there is one, and of everything else what is as long as a real one
 * and compresses as badly. The same at every call.
 */
export function standInSecrets(authority: Authority | undefined, region: string): LaunchSecrets {
  return {
    authority: authority ?? { pem: noise("authority", PEM_CHARACTERS) },
    credentials: {
      accessKeyId: noise("access key", 20),
      secretAccessKey: noise("secret key", 40),
      sessionToken: noise("session token", SESSION_TOKEN_CHARACTERS),
    },
    registryLogin: login(noise("password", ECR_PASSWORD_CHARACTERS), region),
  };
}

/** Secrets to show: masks, and of the authority what its certificate tells everybody. */
export function maskedSecrets(authority: Authority | undefined, region: string): LaunchSecrets {
  return {
    authority: { pem: authority === undefined ? MASK : maskedPem(authority) },
    credentials: { accessKeyId: MASK, secretAccessKey: MASK, sessionToken: MASK },
    registryLogin: login(MASK, region),
  };
}

function maskedPem({ certificate }: Authority): string {
  const subject = certificate.subject.split("\n").join(", ");
  const [from, to] = [certificate.validFrom, certificate.validTo].map(dayOf);
  return `certificate: ${subject}, valid from ${from} to ${to}\nprivate key: ${MASK}\n`;
}

/** `2026-01-31` of a time as OpenSSL prints it. */
function dayOf(text: string): string {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? text : new Date(ms).toISOString().slice(0, 10);
}

/** Whose registry it is is known with the login only. */
function login(password: string, region: string): RegistryLogin {
  return { username: "AWS", password, endpoint: `https://ACCOUNT.dkr.ecr.${region}.amazonaws.com`, expiresMs: 0 };
}

/** Base64 without any pattern. */
function noise(seed: string, characters: number): string {
  let text = "";
  for (let part = 0; text.length < characters; part += 1) {
    text += createHash("sha512").update(`${seed} ${part}`).digest("base64").replace(/=+$/, "");
  }
  return text.slice(0, characters);
}
