// An HTTP proxy in front of an EC2 endpoint that counts the calls by action, and delays each as a network would.
import { createServer, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** @returns {Promise<{url: string, take: () => Record<string, number>, close: () => void}>} `take` empties the count. */
export async function startCountingProxy(endpoint, latencyMs) {
  let calls = {};
  const server = createServer(async (incoming, outgoing) => {
    const body = Buffer.concat(await incoming.toArray());
    const action = new URLSearchParams(body.toString("latin1")).get("Action") ?? "other";
    calls[action] = (calls[action] ?? 0) + 1;
    if (latencyMs > 0) await sleep(latencyMs);
    const { method, url, headers } = incoming;
    const forwarded = request(new URL(url, endpoint), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on("error", () => outgoing.destroy());
    forwarded.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    take() {
      const taken = calls;
      calls = {};
      return taken;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
