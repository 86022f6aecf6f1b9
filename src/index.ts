/** The library: a Cluster, what it is made of, and what it tells and throws. */
export { Cluster, type CallOptions, type HoldOptions } from "./cluster/cluster.js";
export type { ClusterContext, ClusterLog } from "./cluster/context.js";
export { ClusterStatus, type StatusTask } from "./cluster/status.js";
export type { ClusterEvent, ClusterListener, LaunchPhase } from "./cluster/events.js";
export type { NamedLease, RenewedLease } from "./cluster/lease/by-uri.js";
export type { LeaseMoment, LeaseOutcome, LeaseRelease } from "./cluster/lease/outcome.js";
export type { Listing } from "./cluster/list.js";
export type * from "./cluster/ports.js";
export type * from "./cluster/results.js";
export type {
  AllocateRequest,
  ClusterSettings,
  LaunchSettings,
  SpotSettings,
  UserDataRequest,
} from "./cluster/settings.js";
export type { TerminateSelection } from "./cluster/terminate.js";
export {
  openCluster,
  type ClusterEnvironment,
  type ClusterTarget,
  type OpenedCluster,
} from "./compose/open-cluster.js";
export {
  openDoctor,
  type Doctor,
  type ExamineOptions,
  type Examined,
  type Finding,
  type Policy,
  type Statement,
} from "./compose/open-doctor.js";
export {
  openInstanceCatalogue,
  type FitVerdict,
  type InstanceCatalogue,
  type InstanceTypeView,
} from "./compose/instance-catalogue.js";
export {
  openRenderer,
  type RenderedUserData,
  type RenderOptions,
  type UserDataRenderer,
  type UserDataReport,
} from "./compose/render.js";
export {
  openSetup,
  type OpenedSetup,
  type SetupEvent,
  type SetupPlan,
  type SetupResult,
  type SetupStep,
  type SetupWishes,
} from "./compose/open-setup.js";
export type { ReflowConfig } from "./config/model.js";
export * from "./errors.js";
export { systemClock, type Clock } from "./lib/clock.js";
export type { AllocInspect, Offer } from "./pool/reflowlet-client.js";
export type { Requirements } from "./pool/requirements.js";
export { parseCpu, parseSize, resourcesText, type Resources } from "./pool/resources.js";
