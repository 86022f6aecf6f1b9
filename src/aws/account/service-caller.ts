import type { CallPacer } from "../call-pacer.js";
import { fromServiceError, type ServiceName } from "./service-errors.js";

/** Sends calls to one service: paced, and with our errors instead of the SDK's. */
export class ServiceCaller {
  constructor(
    private readonly service: ServiceName,
    private readonly pacer: CallPacer,
  ) {}

  /** One call. @throws one of our errors, or the signal's reason */
  async call<T>(
    action: string,
    signal: AbortSignal,
    send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    try {
      return await this.pacer.run(action, signal, () => send({ abortSignal: signal }));
    } catch (error) {
      throw fromServiceError(this.service, action, error, signal);
    }
  }
}
