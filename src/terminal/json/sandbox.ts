import { SCHEMA_VERSION } from "./schema-version.js";

/** What `sandbox start|stop|status -o json` prints; without a sandbox there is only its directory. */
export interface SandboxJson {
  readonly schemaVersion: number;
  readonly running: boolean;
  /** For `AWS_ENDPOINT_URL`. */
  readonly endpoint: string | null;
  /** For `AWS_REGION`. */
  readonly region: string | null;
  readonly pid: number | null;
  /** Path of a ready-made configuration. */
  readonly config: string | null;
  readonly stateDirectory: string;
}

/** A sandbox as the terminal shows it. */
export type SandboxView =
  | { readonly running: false; readonly stateDirectory: string }
  | {
      readonly running: true;
      readonly endpoint: string;
      readonly region: string;
      readonly pid: number;
      readonly config: string;
      readonly stateDirectory: string;
      readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    };

/** The JSON form of the sandbox's status. */
export function sandboxJson(view: SandboxView): SandboxJson {
  const { running, stateDirectory } = view;
  const none = { endpoint: null, region: null, pid: null, config: null };
  const { endpoint, region, pid, config } = view.running ? view : none;
  return { schemaVersion: SCHEMA_VERSION, running, endpoint, region, pid, config, stateDirectory };
}
