import type { PoolTransport } from "./transport.js";

/** A transport that is made when it is first used, or before. */
export interface DeferredTransport extends PoolTransport {
  /** Starts making it, so that it is there when it is used. Never throws: what fails, fails the requests. */
  prepare(): void;
}

/** Defers `make`, which is called once at most; when it fails, every request fails with its error. */
export function deferTransport(make: () => Promise<PoolTransport>): DeferredTransport {
  let made: Promise<PoolTransport> | undefined;
  const making = (): Promise<PoolTransport> => (made ??= make());
  return {
    prepare: () => void making().catch(() => undefined),
    request: async (request) => (await making()).request(request),
    close: () => void made?.then((transport) => transport.close()).catch(() => undefined),
  };
}
