import { createHash } from "node:crypto";

/** Two lines of OpenSSH are the same key, whatever their comments. */
export function isSameKey(one: string, other: string): boolean {
  const [{ kind, blob }, { kind: otherKind, blob: otherBlob }] = [partsOf(one), partsOf(other)];
  return kind === otherKind && blob.equals(otherBlob);
}

/** A key as `ssh-keygen -l` shows it: `SHA256:` and the digest in base64 without padding. */
export function keyFingerprint(line: string): string {
  return `SHA256:${createHash("sha256").update(partsOf(line).blob).digest("base64").replace(/=+$/, "")}`;
}

function partsOf(line: string): { readonly kind: string; readonly blob: Buffer } {
  const [kind = "", blob = ""] = line.trim().split(/\s+/);
  return { kind, blob: Buffer.from(blob, "base64") };
}
