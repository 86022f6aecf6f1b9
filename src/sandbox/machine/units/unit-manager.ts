import { unitValue, unitValues, type UnitFile } from "../../../cloudconfig/systemd-unit.js";
import type { JobResult, MachineWorld, UnitControl } from "../system/machine-world.js";
import { startMount, waitForDevice } from "./mount-unit.js";
import { serviceType, startService } from "./service-unit.js";
import { startTimer } from "./timer-unit.js";
import { devicePath, loadUnit } from "./unit-loader.js";

/**
 * The part of systemd that the boot needs: starts units with what they require, keeps what runs on, and does what a
 * unit's failure asks for.
 */
export class UnitManager implements UnitControl {
  private readonly active = new Set<string>();
  private readonly jobs = new Map<string, Promise<JobResult>>();
  private readonly stops = new Map<string, AbortController>();
  /** Units of the machine's own that were stopped. */
  private readonly stopped = new Set<string>();
  /** The unit that a job is waiting for. */
  private readonly waiting = new Map<string, string>();
  private readonly bootMs: number;

  /** @param background keeps a task that outlives its caller, and what it throws */
  constructor(
    private readonly world: MachineWorld,
    private readonly background: (task: Promise<void>) => void,
  ) {
    this.bootMs = world.host.clock.monotonicMs();
  }

  isActive(name: string): boolean {
    if (this.active.has(name) || this.jobs.has(name)) return true;
    return !this.stopped.has(name) && loadUnit(name, this.world.files).kind === "system";
  }

  /** Whether the machine knows a unit of this name. */
  isKnown(name: string): boolean {
    return loadUnit(name, this.world.files).kind !== "not-found";
  }

  stop(name: string): void {
    this.active.delete(name);
    this.stopped.add(name);
    this.stops.get(name)?.abort();
    this.stops.delete(name);
  }

  start(name: string): Promise<JobResult> {
    const running = this.jobs.get(name);
    if (running !== undefined) return running;
    if (this.active.has(name)) return Promise.resolve("done");
    // The job is known before it begins, so that units which require each other find it.
    const job = Promise.resolve()
      .then(() => this.run(name))
      .finally(() => this.jobs.delete(name));
    // Whoever asked may have given up before the machine went off and the job with it.
    job.catch(() => undefined);
    this.jobs.set(name, job);
    return job;
  }

  private readonly log = (line: string): void => {
    if (!this.world.signal.aborted) this.world.host.console(line);
  };

  private async run(name: string): Promise<JobResult> {
    this.world.signal.throwIfAborted();
    if (name === "poweroff.target") {
      this.world.powerOff(name);
      return "done";
    }
    if (name.endsWith(".device")) {
      return (await waitForDevice(this.world, devicePath(name), this.log)) ? "done" : "timeout";
    }
    const unit = loadUnit(name, this.world.files);
    switch (unit.kind) {
      case "system":
        this.stopped.delete(name);
        this.active.add(name);
        return "done";
      case "not-found":
        this.log(`Failed to start ${name}: Unit ${name} not found.`);
        return "not-found";
      case "masked":
        this.log(`Failed to start ${name}: Unit ${name} is masked.`);
        return "not-found";
      case "bad-setting":
        this.log(`Failed to start ${name}: Unit ${name} has a bad unit file setting: ${unit.problem}`);
        return "bad-setting";
      case "loaded": {
        const unknown = this.unknownRequirement(unit.file);
        if (unknown === undefined) return this.runLoaded(name, unit.file);
        this.log(`Failed to start ${name}: Unit ${unknown} not found.`);
        return "not-found";
      }
    }
  }

  /** A required unit that does not exist: systemd then makes no job at all, so that no OnFailure= is triggered. */
  private unknownRequirement(file: UnitFile): string | undefined {
    const required = ["Requires", "BindsTo"].flatMap((key) => unitValues(file, "Unit", key)).flatMap(words);
    return required.find((unit) => !unit.endsWith(".device") && !this.isKnown(unit));
  }

  private async runLoaded(name: string, file: UnitFile): Promise<JobResult> {
    const failed = await this.startDependencies(name, file);
    if (failed !== undefined) {
      this.log(`Dependency failed for ${name}: ${failed}.`);
      return this.fail(name, file, "dependency");
    }
    const missing = unitValues(file, "Unit", "ConditionPathExists").find((path) => !this.conditionHolds(path));
    if (missing !== undefined) {
      this.log(`${name} was skipped because of an unmet condition check (ConditionPathExists=${missing}).`);
      return "done";
    }
    const stop = new AbortController();
    this.stops.set(name, stop);
    const signal = AbortSignal.any([stop.signal, this.world.signal]);
    try {
      const result = await this.startKind(name, file, signal);
      if (result !== "done") return this.fail(name, file, result);
      const stays = !name.endsWith(".service") || this.stays(file);
      if (stays) this.active.add(name);
      this.log(`${name.endsWith(".mount") ? "Mounted" : stays ? "Started" : "Finished"} ${name}.`);
      return "done";
    } catch (error) {
      this.world.signal.throwIfAborted();
      if (!stop.signal.aborted) throw error;
      return "failed";
    }
  }

  private async startKind(name: string, file: UnitFile, signal: AbortSignal): Promise<JobResult> {
    const { world, log } = this;
    switch (name.slice(name.lastIndexOf("."))) {
      case ".service":
        return startService({
          name,
          file,
          world,
          signal,
          log,
          background: (task) => this.background(this.untilStopped(task, signal)),
          ended: (result) => {
            this.active.delete(name);
            if (result === "failed") this.fail(name, file, "failed");
          },
        });
      case ".mount":
        return startMount(name, file, world, log);
      case ".timer":
        return startTimer({
          name,
          file,
          signal,
          log,
          clock: world.host.clock,
          bootMs: this.bootMs,
          units: this,
          background: (task) => this.background(this.untilStopped(task, signal)),
        });
      case ".target":
        return "done";
      default:
        log(`${name}: the sandbox does not know units of this kind.`);
        return "bad-setting";
    }
  }

  /** Starts what a unit requires and wants; gives the first required unit that failed. */
  private async startDependencies(name: string, file: UnitFile): Promise<string | undefined> {
    const list = (key: string): readonly string[] => unitValues(file, "Unit", key).flatMap(words);
    const required = [...list("Requires"), ...list("BindsTo")];
    const after = new Set(list("After"));
    const jobs = new Map(
      [...required, ...list("Wants")].filter(uniqueBut(name)).map((unit) => [unit, this.start(unit)]),
    );
    for (const unit of after) {
      const job = jobs.get(unit) ?? this.jobs.get(unit);
      if (job === undefined || unit === name) continue;
      if (this.waitsFor(unit, name)) {
        this.log(`${name}: Found ordering cycle with ${unit}; it is not waited for.`);
        continue;
      }
      this.waiting.set(name, unit);
      const result = await job;
      this.waiting.delete(name);
      if (required.includes(unit) && result !== "done") return `${unit} ended with ${result}`;
    }
    for (const job of jobs.values()) this.background(job.then(() => undefined));
    return undefined;
  }

  /** Whether a job waits, perhaps by way of others, for the job of another unit. */
  private waitsFor(name: string, other: string): boolean {
    for (let next = this.waiting.get(name); next !== undefined; next = this.waiting.get(next)) {
      if (next === other) return true;
    }
    return false;
  }

  private fail<T extends JobResult>(name: string, file: UnitFile, result: T): T {
    if (this.world.signal.aborted) return result;
    this.active.delete(name);
    this.log(`${name}: Failed with result '${result === "failed" ? "exit-code" : result}'.`);
    // A unit that systemd refuses to load has no OnFailure= either.
    if (result === "bad-setting") return result;
    const action = unitValue(file, "Unit", "FailureAction") ?? "none";
    const units = unitValues(file, "Unit", "OnFailure").flatMap(words);
    if (units.length > 0) this.log(`${name}: Triggering OnFailure= dependencies.`);
    if (action.startsWith("poweroff") || units.includes("poweroff.target")) this.world.powerOff(`${name} failed`);
    for (const unit of units) {
      if (unit !== "poweroff.target") this.background(this.start(unit).then(() => undefined));
    }
    return result;
  }

  private stays(file: UnitFile): boolean {
    const remains = unitValue(file, "Service", "RemainAfterExit") ?? "no";
    return serviceType(file) !== "oneshot" || /^(yes|true|on|1)$/.test(remains);
  }

  private conditionHolds(condition: string): boolean {
    const negated = condition.startsWith("!");
    const exists = this.world.files.kind(condition.replace(/^!/, "")) !== "missing";
    return exists !== negated;
  }

  /** A stopped unit's end is no fault. */
  private async untilStopped(task: Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await task;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

function uniqueBut(name: string): (unit: string, index: number, all: readonly string[]) => boolean {
  return (unit, index, all) => unit !== name && all.indexOf(unit) === index;
}
