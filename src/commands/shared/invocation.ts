import type { AllocateFlags } from "../allocate/options.js";
import type { DoctorFlags } from "../doctor/options.js";
import type { ConfigTask } from "../config/options.js";
import type { FreeFlags } from "../free/options.js";
import type { InstancesFlags } from "../instances/options.js";
import type { KeepaliveFlags } from "../keepalive/options.js";
import type { ListFlags } from "../list/options.js";
import type { ProbeFlags } from "../probe/options.js";
import type { RenderFlags } from "../render/options.js";
import type { SetupFlags } from "../setup/options.js";
import type { TerminateFlags } from "../terminate/options.js";
import type { GlobalOptions } from "./global-options.js";

/** A command line that was understood: which command, and what it was told. */
export type Invocation = { readonly globals: GlobalOptions } & (
  | { readonly command: "allocate"; readonly options: AllocateFlags }
  | { readonly command: "doctor"; readonly options: DoctorFlags }
  | { readonly command: "config"; readonly task: ConfigTask }
  | { readonly command: "free"; readonly options: FreeFlags }
  | { readonly command: "instances"; readonly options: InstancesFlags }
  | { readonly command: "keepalive"; readonly options: KeepaliveFlags }
  | { readonly command: "list"; readonly options: ListFlags }
  | { readonly command: "probe"; readonly options: ProbeFlags }
  | { readonly command: "render"; readonly options: RenderFlags }
  | { readonly command: "setup"; readonly options: SetupFlags }
  | { readonly command: "terminate"; readonly options: TerminateFlags }
  | {
      readonly command: "sandbox";
      readonly action: SandboxAction;
      readonly scenarioPath?: string | undefined;
      readonly empty?: boolean | undefined;
    }
  | { readonly command: "sandbox scenario"; readonly task: ScenarioOrder }
);

/** What the sandbox is told to do. */
export type SandboxAction = "start" | "stop" | "status";

/** What is to be done with the sandbox's scenario. */
export type ScenarioOrder =
  { readonly kind: "show" } | { readonly kind: "set"; readonly path: string } | { readonly kind: "reset" };

/** Carries an invocation out. */
export type Dispatch = (invocation: Invocation) => Promise<void>;
