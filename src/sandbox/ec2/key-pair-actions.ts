import { createHash, createPublicKey } from "node:crypto";
import { Ec2ApiError, missingParameter } from "../protocol/ec2-error.js";
import { timeAnswer, tagAnswer } from "./instance-answer.js";
import type { Action } from "./action.js";
import { newId } from "./ids.js";
import { keyPairKind } from "./key-pair-kind.js";
import type { KeyPairRecord } from "./records.js";
import { queryResources } from "./resource-query.js";
import { readTagSpecifications } from "./tag-parameters.js";

/** The key pairs; names may be given instead of ids. They are not paged. */
export const describeKeyPairs: Action = {
  parameters: ["Filter", "IncludePublicKey", "KeyName", "KeyPairId"],
  plan(parameters, { account }) {
    const named = new Set(parameters.texts("KeyName"));
    const { keyPairs } = account.content;
    const unknown = [...named].filter((name) => !keyPairs.some((pair) => pair.name === name));
    if (unknown.length > 0) throw keyPairKind.notFound(unknown);
    const chosen = keyPairs.filter(({ name }) => named.size === 0 || named.has(name));
    const { items } = queryResources(chosen, keyPairKind, parameters, account.tags);
    const withKey = parameters.boolean("IncludePublicKey") ?? false;
    return () => ({
      keySet: items.map(({ id, name, type, fingerprint, publicKey, createdMs }) => ({
        keyPairId: id,
        keyFingerprint: fingerprint,
        keyName: name,
        keyType: type,
        publicKey: withKey ? publicKey : undefined,
        tagSet: tagAnswer(account.tags.of(id)),
        createTime: timeAnswer(createdMs),
      })),
    });
  },
};

/** Takes a public key under a new name. */
export const importKeyPair: Action = {
  parameters: ["KeyName", "PublicKeyMaterial", "TagSpecification"],
  plan(parameters, { account, clock, randomBytes }) {
    const name = parameters.requiredText("KeyName");
    const key = readPublicKey(parameters.requiredText("PublicKeyMaterial"), name);
    const { content, tags } = account;
    if (content.keyPairs.some((pair) => pair.name === name)) {
      throw new Ec2ApiError("InvalidKeyPair.Duplicate", `The keypair already exists`);
    }
    const own = readTagSpecifications(parameters, ["key-pair"]).get("key-pair");
    return () => {
      const id = newId("key", randomBytes);
      content.keyPairs.push({ id, name, ...key, createdMs: clock.nowMs() });
      if (own !== undefined) tags.set(id, own);
      return { keyPairId: id, keyFingerprint: key.fingerprint, keyName: name, tagSet: tagAnswer(tags.of(id)) };
    };
  },
};

/** A line of OpenSSH in base64; EC2 takes RSA and ED25519, and keeps no comment. */
function readPublicKey(material: string, name: string): Pick<KeyPairRecord, "type" | "fingerprint" | "publicKey"> {
  const malformed = new Ec2ApiError("InvalidKey.Format", "Key is not in valid OpenSSH public key format");
  const [word = "", blob = ""] = Buffer.from(material, "base64").toString().trim().split(/\s+/);
  const type = ({ "ssh-rsa": "rsa", "ssh-ed25519": "ed25519" } as const)[word];
  const bytes = Buffer.from(blob, "base64");
  const [kind, ...parts] = partsOf(bytes);
  if (type === undefined || kind?.toString() !== word) throw malformed;
  const fingerprint = type === "rsa" ? rsaFingerprint(parts) : sha256(bytes);
  if (fingerprint === undefined) throw malformed;
  return { type, fingerprint, publicKey: `${word} ${bytes.toString("base64")} ${name}` };
}

/** Each part has its length before it, in four bytes (RFC 4251, section 5). */
function partsOf(bytes: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return [];
    parts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return parts;
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("base64");
}

/** Of an imported key the MD5 of its DER form (AWS, "Verify the fingerprint of your key pair"). */
function rsaFingerprint([exponent, modulus]: readonly Buffer[]): string | undefined {
  if (exponent === undefined || modulus === undefined) return undefined;
  try {
    const jwk = { kty: "RSA", e: exponent.toString("base64url"), n: modulus.toString("base64url") };
    const der = createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: "der" });
    return createHash("md5")
      .update(der)
      .digest("hex")
      .replace(/..(?=.)/g, "$&:");
  } catch {
    return undefined;
  }
}

/** Takes a key pair away; one that is not there is no mistake. */
export const deleteKeyPair: Action = {
  parameters: ["KeyName", "KeyPairId"],
  plan(parameters, { account }) {
    const name = parameters.text("KeyName");
    const id = parameters.text("KeyPairId");
    if (name === undefined && id === undefined) throw missingParameter("KeyName or KeyPairId");
    const pair = account.content.keyPairs.find((each) => each.id === id || each.name === name);
    return () => {
      if (pair === undefined) return { return: true };
      account.content.keyPairs = account.content.keyPairs.filter((each) => each.id !== pair.id);
      account.tags.forget(pair.id);
      return { return: true, keyPairId: pair.id };
    };
  },
};
