import { createHash, X509Certificate } from "node:crypto";
import { createAuthority } from "../../src/tls/create-authority.js";
import { createKeyPair, privateKeyPem } from "../../src/tls/key-pair.js";
import { signCertificate } from "../../src/tls/sign-certificate.js";
import type { Illness } from "./patient.js";

/** A situation in which something fails later, and what doctor says of it now. */
export interface Situation extends Illness {
  readonly title: string;
  /** The check that names it. */
  readonly check: string;
  /** The code that doctor ends with; 0 where it is a warning. */
  readonly exitCode: number;
  /** Other checks that see it, too. */
  readonly also?: readonly string[];
}

const HOUR_MS = 3_600_000;
const YEAR_MS = 366 * 24 * HOUR_MS;

/** Flags of somebody who has credentials of his own, at the sandbox's address. */
const OWN = ["--endpoint-url", "ENDPOINT"];
const UNSEALED = [/^ {4}# Known[^]*?reflow-ec2-sandbox\n/m, ""] as const;
const KEYS = { AWS_ACCESS_KEY_ID: "AKIATEST", AWS_SECRET_ACCESS_KEY: "secret" };
const SESSION = { ...KEYS, AWS_SESSION_TOKEN: "token" };
const METADATA = ["session: awssession", "session: ec2metadata"] as const;

const own = (line: string) => ["reflow-ec2:\n", `reflow-ec2:\n  ${line}\n`] as const;
const cluster = (line: string) => ["ec2cluster:\n  name", `ec2cluster:\n  ${line}\n  name`] as const;
const denied = (action: string, message?: string): Illness => ({
  scenario: { denied: [{ action, ...(message !== undefined && { message }) }] },
});

/** Text that does not compress. */
function noise(characters: number): string {
  let text = "";
  for (let part = 0; text.length < characters; part += 1) {
    text += createHash("sha512").update(String(part)).digest("base64url");
  }
  return text;
}

/** An authority whose time is over; Reflow's own do not end before the year 3000. */
async function expiredAuthority(): Promise<string> {
  const { publicKey, privateKey } = await createKeyPair("rsa2048");
  const der = await signCertificate(
    {
      serialNumber: "01",
      subject: "CN=infra",
      issuer: "CN=infra",
      notBeforeMs: Date.UTC(2020, 0, 1),
      notAfterMs: Date.UTC(2025, 0, 1),
      authority: true,
      extendedKeyUsage: ["clientAuth", "serverAuth"],
      publicKey,
    },
    privateKey,
  );
  return new X509Certificate(der).toString() + privateKeyPem(privateKey);
}

/** In the order of the checks. */
export const SITUATIONS: readonly Situation[] = [
  { title: "there is no configuration", config: null, check: "configuration", exitCode: 2 },
  { title: "the configuration is not YAML", config: "ec2cluster: [c6a.large\n", check: "configuration", exitCode: 2 },
  {
    title: "the configuration has two mistakes",
    edits: [
      ["disktype", "disktyp"],
      ["generation: 2023", "generation: 2021"],
    ],
    check: "configuration",
    exitCode: 2,
  },
  {
    title: "others may read the keys in the configuration",
    modes: { config: 0o644 },
    check: "configuration",
    exitCode: 0,
  },
  {
    title: "there is no region",
    flags: OWN,
    env: KEYS,
    edits: [[/ {4}region: .*\n/, ""], UNSEALED, [/^ {2}awssession:\n/m, ""], [/^instances:\n/m, ""]],
    check: "region",
    exitCode: 2,
  },
  {
    title: "the region is none that the catalogue knows",
    flags: [...OWN, "--region", "us-west-9"],
    env: KEYS,
    check: "region",
    exitCode: 2,
  },
  {
    title: "no security group is named",
    edits: [[/ {2}securitygroup: .*\n/, ""]],
    check: "settings",
    exitCode: 2,
  },
  {
    title: "neither a version of Reflow nor a reflowlet is named",
    edits: [
      [/^reflow: .*\n/m, ""],
      [/ {2}image: .*\n/, ""],
    ],
    check: "settings",
    exitCode: 2,
  },
  {
    title: "instances of 2023 have no profile",
    edits: [[/ {2}instanceprofile: .*\n/, ""]],
    check: "settings",
    exitCode: 2,
  },
  { title: "no TLS authority is named", edits: [[/^tls: .*\n/m, ""]], check: "settings", exitCode: 2 },
  { title: "there are no credentials", flags: OWN, edits: [UNSEALED], check: "credentials", exitCode: 6 },
  {
    title: "the credentials have expired",
    scenario: { account: { credentials: "expired" } },
    check: "credentials",
    exitCode: 6,
  },
  {
    title: "AWS does not know the access key",
    scenario: { account: { credentials: "invalid" } },
    check: "credentials",
    exitCode: 6,
  },
  {
    title: "the credentials end soon",
    flags: OWN,
    edits: [UNSEALED, METADATA],
    env: { ...SESSION, AWS_REGION: "us-west-2", AWS_CREDENTIAL_EXPIRATION: "2026-04-01T12:20:59Z" },
    check: "credentials",
    exitCode: 0,
  },
  {
    title: "temporary credentials are sealed into instances",
    flags: OWN,
    edits: [UNSEALED],
    env: SESSION,
    check: "credentials",
    exitCode: 0,
  },
  {
    title: "something else answers at the endpoint",
    flags: ["--endpoint-url", "ELSEWHERE"],
    check: "endpoint",
    exitCode: 2,
  },
  {
    title: "the clock is ten minutes off",
    scenario: { clock: { endpointOffset: "10m" } },
    check: "clock",
    exitCode: 8,
  },
  {
    title: "the clock is two minutes off",
    scenario: { clock: { endpointOffset: "-2m" } },
    check: "clock",
    exitCode: 0,
  },
  {
    title: "members may not be looked for",
    ...denied("DescribeInstances"),
    check: "ec2:DescribeInstances",
    exitCode: 6,
  },
  { title: "launching is denied", ...denied("RunInstances"), check: "ec2:RunInstances", exitCode: 6 },
  { title: "tagging is denied", ...denied("CreateTags"), check: "ec2:CreateTags", exitCode: 6 },
  {
    title: "the profile's role may not be passed on",
    ...denied(
      "RunInstances",
      "You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/reflowlet because no identity-based policy allows the iam:PassRole action",
    ),
    check: "iam:PassRole",
    exitCode: 6,
  },
  {
    title: "ending instances is denied",
    ...denied("TerminateInstances"),
    check: "ec2:TerminateInstances",
    exitCode: 6,
  },
  { title: "consoles may not be read", ...denied("GetConsoleOutput"), check: "ec2:GetConsoleOutput", exitCode: 0 },
  { title: "images may not be looked at", ...denied("DescribeImages"), check: "ec2:DescribeImages", exitCode: 0 },
  {
    title: "quotas may not be looked at",
    ...denied("servicequotas:*"),
    check: "servicequotas:ListServiceQuotas",
    exitCode: 0,
  },
  {
    title: "instances get no login for ECR",
    ...denied("ecr:*"),
    edits: [own("ecr: true")],
    check: "ecr:GetAuthorizationToken",
    exitCode: 6,
  },
  {
    title: "legacy spot requests are denied",
    ...denied("RequestSpotInstances"),
    edits: [cluster("spot: true"), own("spotapi: request")],
    check: "ec2:RequestSpotInstances",
    exitCode: 6,
  },
  { title: "the quota of vCPUs is 0", scenario: { quotas: { onDemandVcpus: 0 } }, check: "quota", exitCode: 5 },
  {
    title: "the quota of spot vCPUs is 0",
    scenario: { quotas: { spotVcpus: 0 } },
    edits: [cluster("spot: true")],
    check: "quota",
    exitCode: 5,
  },
  {
    title: "the quota is below maxinstances",
    scenario: { quotas: { onDemandVcpus: 16 } },
    edits: [own("maxinstances: 500")],
    check: "quota",
    exitCode: 0,
  },
  { title: "there is no default VPC", scenario: { account: { defaultVpc: false } }, check: "subnets", exitCode: 2 },
  {
    title: "the configured subnet is gone",
    edits: [cluster("subnets: [subnet-0123456789abcdef0]")],
    check: "subnets",
    exitCode: 2,
  },
  {
    title: "no subnet is in the configured zone",
    edits: [cluster("availabilityzone: us-west-2d")],
    check: "subnets",
    exitCode: 2,
  },
  {
    title: "the subnets are full",
    scenario: { account: { subnets: { freeAddresses: 0 } } },
    check: "subnets",
    exitCode: 4,
  },
  {
    title: "the subnets are nearly full",
    scenario: { account: { subnets: { freeAddresses: 7 } } },
    check: "subnets",
    exitCode: 0,
  },
  {
    title: "instances get no public address and have an internet gateway only",
    scenario: { account: { subnets: { publicAddress: false } } },
    check: "subnets",
    exitCode: 7,
  },
  {
    title: "instances are behind a NAT gateway",
    scenario: { account: { subnets: { publicAddress: false, route: "nat" } } },
    check: "subnets",
    exitCode: 0,
  },
  {
    title: "the subnets have no route to the internet",
    scenario: { account: { subnets: { route: "none" } } },
    check: "subnets",
    exitCode: 7,
  },
  {
    title: "the route to the internet leads nowhere",
    scenario: { account: { subnets: { route: "blackhole" } } },
    check: "subnets",
    exitCode: 7,
  },
  {
    title: "the security group is gone",
    scenario: { account: { securityGroup: "missing" } },
    check: "security-group",
    exitCode: 2,
  },
  {
    title: "the security group is in another VPC",
    scenario: { account: { securityGroup: "other-vpc" } },
    check: "security-group",
    exitCode: 2,
  },
  {
    title: "the security group lets nobody in",
    scenario: { account: { securityGroup: "closed" } },
    check: "security-group",
    exitCode: 7,
  },
  {
    title: "the security group is open to the world",
    scenario: { account: { securityGroup: "open-to-all" } },
    check: "security-group",
    exitCode: 0,
  },
  { title: "the image is gone", scenario: { account: { image: "gone" } }, check: "image", exitCode: 2 },
  { title: "the image was withdrawn", scenario: { account: { image: "deregistered" } }, check: "image", exitCode: 2 },
  {
    title: "the image is of another architecture",
    edits: [[/ami: .*/, "ami: ami-0459325abcdef0002"]],
    check: "image",
    exitCode: 2,
  },
  {
    title: "the key pair is gone",
    scenario: { account: { keyPair: "missing" } },
    edits: [cluster("keyname: reflow-ec2-sandbox")],
    check: "key-pair",
    exitCode: 2,
  },
  {
    title: "the instance profile is gone",
    scenario: { account: { instanceProfile: "missing" } },
    check: "instance-profile",
    exitCode: 2,
  },
  {
    title: "the instance profile has no role",
    scenario: { account: { instanceProfile: "no-role" } },
    check: "instance-profile",
    exitCode: 7,
  },
  { title: "the bootstrap is gone", scenario: { account: { bootstrap: "missing" } }, check: "bootstrap", exitCode: 2 },
  {
    title: "the bootstrap's URL leads to a page",
    scenario: { account: { bootstrap: "wrong-type" } },
    check: "bootstrap",
    exitCode: 2,
  },
  { title: "the bucket is gone", scenario: { account: { bucket: "missing" } }, check: "repository", exitCode: 7 },
  {
    title: "the bucket may not be looked at",
    scenario: { account: { bucket: "denied" } },
    check: "s3:ListBucket",
    also: ["s3:GetObject"],
    exitCode: 0,
  },
  {
    title: "the reflowlet is not in the bucket",
    scenario: { account: { reflowletImage: "missing" } },
    check: "repository",
    exitCode: 7,
  },
  {
    title: "the reflowlet to upload is not on this machine",
    edits: [[/image: .*/, "binary: /nowhere/reflow"]],
    check: "repository",
    exitCode: 2,
  },
  { title: "the TLS authority is gone", edits: [["reflow.pem", "lost.pem"]], check: "tls", exitCode: 2 },
  {
    title: "the authority's key is not its certificate's",
    authority: async (healthy) => {
      const other = await createAuthority({ nowMs: Date.UTC(2026, 0, 1) });
      const key = /-----BEGIN RSA PRIVATE KEY-----[^]*?-----END RSA PRIVATE KEY-----/;
      return healthy.replace(key, key.exec(other)?.[0] ?? "");
    },
    check: "tls",
    exitCode: 2,
  },
  {
    title: "the authority has expired",
    authority: expiredAuthority,
    check: "tls",
    exitCode: 8,
  },
  { title: "others may read the authority's key", modes: { authority: 0o644 }, check: "tls", exitCode: 0 },
  {
    title: "the user-data is too large",
    edits: [cluster(`cloudconfig:\n    write_files:\n      - path: /etc/noise\n        content: ${noise(24_000)}`)],
    check: "user-data",
    exitCode: 2,
  },
  { title: "the prices are a year old", laterMs: YEAR_MS, check: "prices", exitCode: 0 },
  {
    title: "a member does not answer",
    instances: [{ "reflowlet:version": "sandbox" }],
    check: "members",
    exitCode: 7,
  },
  {
    title: "an instance never became usable",
    instances: [{ "reflow-ec2:deadline": "2026-03-31T00:00:00Z" }],
    check: "members",
    exitCode: 0,
  },
];
