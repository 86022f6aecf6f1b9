import type { AllocateResult } from "../../cluster/results.js";
import { parseUri } from "../../pool/uri.js";

/**
 * What a command that runs with allocs finds in its environment; docs/leases.md lists it. Of several allocs the first one
 * is told in full. Amounts are plain numbers that a shell can reckon with: bytes are whole, cpus may have a fraction.
 */
export function allocEnvironment(results: readonly [AllocateResult, ...AllocateResult[]]): Record<string, string> {
  const [{ alloc, instance }] = results;
  const { address } = parseUri(alloc.uri);
  const { cpu = 0, mem = 0, disk = 0 } = alloc.resources;
  return {
    REFLOW_ALLOC_URI: alloc.uri,
    REFLOW_ALLOC_ID: alloc.id,
    REFLOW_ALLOC_HOST: address.host,
    REFLOW_ALLOC_PORT: String(address.port),
    REFLOW_ALLOC_CPU: String(cpu),
    REFLOW_ALLOC_MEM: String(Math.floor(mem)),
    REFLOW_ALLOC_DISK: String(Math.floor(disk)),
    REFLOW_ALLOC_COUNT: String(results.length),
    REFLOW_ALLOC_URIS: results.map((result) => result.alloc.uri).join(" "),
    REFLOW_INSTANCE_ID: instance.id,
    REFLOW_INSTANCE_TYPE: instance.type,
    REFLOW_INSTANCE_ZONE: instance.zone,
    REFLOW_INSTANCE_MARKET: instance.market,
    REFLOW_INSTANCE_DNS: instance.publicDnsName,
  };
}
