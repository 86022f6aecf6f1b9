import { request } from "node:http";
import { errorText } from "../errors.js";

/** Who tags what, and where. */
export interface TagRequest {
  /** `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  readonly region: string;
  readonly instanceId: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, for the credential scope. */
  readonly nowMs: number;
}

/** The access key of machines' own calls; scenarios are about the calls of everybody else. */
export const MACHINE_ACCESS_KEY = "ASIAREFLOWLET";

/**
 * Calls CreateTags as the reflowlet on an instance does: over HTTP, through the endpoint, with its own instance as the
 * only resource. What the endpoint would refuse to anybody, it refuses to the reflowlet too.
 * @throws Error with EC2's code and message when it is refused, or when the endpoint cannot be reached.
 */
export async function requestTags(call: TagRequest): Promise<void> {
  const form = new URLSearchParams({ Action: "CreateTags", Version: "2016-11-15", "ResourceId.1": call.instanceId });
  Object.entries(call.tags).forEach(([key, value], index) => {
    form.set(`Tag.${index + 1}.Key`, key);
    form.set(`Tag.${index + 1}.Value`, value);
  });
  const date = new Date(call.nowMs).toISOString().slice(0, 10).replaceAll("-", "");
  const scope = `${MACHINE_ACCESS_KEY}/${date}/${call.region}/ec2/aws4_request`;
  const reply = await post(call.endpoint, form.toString(), {
    "content-type": "application/x-www-form-urlencoded",
    // The sandbox checks no signatures; the scope says which service and region are meant.
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${"0".repeat(64)}`,
  });
  if (reply.status === 200) return;
  const code = /<Code>([^<]*)<\/Code>/.exec(reply.body)?.[1] ?? `HTTP ${reply.status}`;
  throw new Error(`${code}: ${/<Message>([^<]*)<\/Message>/.exec(reply.body)?.[1] ?? "no message"}`);
}

function post(
  endpoint: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(endpoint, { method: "POST", headers }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on("data", (chunk: Buffer) => chunks.push(chunk));
      reply.on("error", reject);
      reply.on("end", () => resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    call.on("error", (error) => reject(new Error(`the EC2 endpoint does not answer: ${errorText(error)}`)));
    call.end(body);
  });
}
