import { DeleteKeyPairCommand, DescribeKeyPairsCommand, ImportKeyPairCommand } from "@aws-sdk/client-ec2";
import type { AccountPort, KeyPair, Made } from "../../account/ports.js";
import { refusalOf } from "../../cluster/refusals/classify.js";
import { ConfigError } from "../../errors.js";
import { toTags } from "../convert.js";
import { inParts, listIn, literal, type Ec2Caller } from "../ec2-caller.js";
import { unlessRefused } from "./refused.js";
import { tagSpecifications } from "./security-groups.js";

/** A filter of more values is refused (FilterLimitExceeded). */
const VALUES_PER_CALL = 200;

type NewKeyPair = Parameters<AccountPort["importKeyPair"]>[0];

/** The key pairs of those names that are there; an unknown name in the list of names would fail the whole call. */
export async function findKeyPairs(
  ec2: Ec2Caller,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly KeyPair[]> {
  const found: KeyPair[] = [];
  for (const part of inParts(names, VALUES_PER_CALL)) {
    const Filters = [{ Name: "key-name", Values: part.map(literal) }];
    const command = new DescribeKeyPairsCommand({ Filters, IncludePublicKey: true });
    const answer = await ec2.call("DescribeKeyPairs", signal, (client, options) => client.send(command, options));
    for (const pair of listIn(answer.KeyPairs, "DescribeKeyPairs")) {
      const { KeyPairId: id = "", KeyName: name = "", PublicKey: publicKey, Tags } = pair;
      found.push({ id, name, publicKey, tags: toTags(Tags) });
    }
  }
  return found;
}

/** Gives EC2 a public key under a name. @throws ConfigError for what is no key */
export async function importKeyPair(
  ec2: Ec2Caller,
  { name, publicKey, tags }: NewKeyPair,
  signal: AbortSignal,
): Promise<Made> {
  const command = new ImportKeyPairCommand({
    KeyName: name,
    PublicKeyMaterial: Buffer.from(publicKey),
    ...tagSpecifications("key-pair", tags),
  });
  const importKey = async (): Promise<Made> => {
    await ec2.call("ImportKeyPair", signal, (client, options) => client.send(command, options));
    return "made";
  };
  try {
    return await unlessRefused(["InvalidKeyPair.Duplicate"], importKey, "was-there");
  } catch (error) {
    if (refusalOf(error)?.code !== "InvalidKey.Format") throw error;
    throw new ConfigError(`EC2 takes the public key for the key pair "${name}" for none`, [], {
      cause: error,
      hint: "name a file with one line of OpenSSH, of RSA or ED25519: `ssh-keygen -t ed25519` makes one",
    });
  }
}

/** Takes a key pair away; one that is not there is no mistake. */
export async function deleteKeyPair(ec2: Ec2Caller, name: string, signal: AbortSignal): Promise<void> {
  const command = new DeleteKeyPairCommand({ KeyName: name });
  const remove = () => ec2.call("DeleteKeyPair", signal, (client, options) => client.send(command, options));
  await unlessRefused(["InvalidKeyPair.NotFound"], remove, undefined);
}
