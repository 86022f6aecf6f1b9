import { webcrypto, type KeyObject } from "node:crypto";

/** What a certificate's extended key usage may allow. */
export type Usage = "serverAuth" | "clientAuth";

/** What a new certificate says. */
export interface CertificateContent {
  /** Hexadecimal. */
  readonly serialNumber: string;
  /** A name (`CN=infra`), or a certificate (DER) whose subject is taken byte for byte. */
  readonly subject: string | Buffer;
  /** As `subject`. Peers compare names byte for byte, so that of a real authority is never written anew. */
  readonly issuer: string | Buffer;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Basic constraints, and whether the key may sign certificates. */
  readonly authority: boolean;
  /** In this order; without an entry there is no such extension. */
  readonly extendedKeyUsage: readonly Usage[];
  readonly publicKey: KeyObject;
}

/**
 * Makes a certificate with the extensions that Reflow's have, signed with SHA-256 and RSA, and gives it as DER.
 * The library for it takes some 150 ms to load, so it is loaded by the first call and by nothing else.
 */
export async function signCertificate(content: CertificateContent, signer: KeyObject): Promise<Buffer> {
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const nameOf = (name: string | Buffer): InstanceType<typeof x509.Name> =>
    typeof name === "string" ? new x509.Name(name) : new x509.X509Certificate(name).subjectName;
  const issuer = nameOf(content.issuer);
  const { KeyUsageFlags, ExtendedKeyUsage } = x509;
  const publicKey = new x509.PublicKey(content.publicKey.export({ type: "spki", format: "der" }));
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: content.serialNumber,
      subject: content.subject === content.issuer ? issuer : nameOf(content.subject),
      issuer,
      notBefore: wholeSecond(content.notBeforeMs),
      notAfter: wholeSecond(content.notAfterMs),
      publicKey,
      signingKey: await webcrypto.subtle.importKey(
        "pkcs8",
        signer.export({ type: "pkcs8", format: "der" }),
        { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
        false,
        ["sign"],
      ),
      extensions: [
        new x509.KeyUsagesExtension(
          KeyUsageFlags.digitalSignature |
            KeyUsageFlags.keyEncipherment |
            (content.authority ? KeyUsageFlags.keyCertSign : 0),
          true,
        ),
        ...(content.extendedKeyUsage.length > 0
          ? [new x509.ExtendedKeyUsageExtension(content.extendedKeyUsage.map((usage) => ExtendedKeyUsage[usage]))]
          : []),
        new x509.BasicConstraintsExtension(content.authority, undefined, true),
        // An issued certificate of Reflow's has no key identifier, so neither have ours.
        ...(content.authority ? [await x509.SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto)] : []),
      ],
    },
    webcrypto,
  );
  return Buffer.from(certificate.rawData);
}

/** A certificate's dates have no fractions. */
function wholeSecond(ms: number): Date {
  return new Date(Math.floor(ms / 1000) * 1000);
}
