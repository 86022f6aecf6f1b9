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

/** What is wrong with a file that is to hold a public key that EC2 takes; undefined where nothing is. */
export function publicKeyProblem(text: string): string | undefined {
  if (text.includes("PRIVATE KEY-----")) return "found a private one";
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length > 1) return `found ${lines.length} lines`;
  const { kind, blob } = partsOf(text);
  if (kind !== "ssh-rsa" && kind !== "ssh-ed25519") return "found something else";
  // A key begins with the length of its kind's name, in four bytes, and the name (RFC 4253, section 6.6).
  const name = Buffer.concat([Buffer.from([0, 0, 0, kind.length]), Buffer.from(kind)]);
  return blob.subarray(0, name.length).equals(name) && blob.length > name.length ? undefined : "found a damaged one";
}

function partsOf(line: string): { readonly kind: string; readonly blob: Buffer } {
  const [kind = "", blob = ""] = line.trim().split(/\s+/);
  return { kind, blob: Buffer.from(blob, "base64") };
}
