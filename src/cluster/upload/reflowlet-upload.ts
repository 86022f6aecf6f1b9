import { ConfigError } from "../../errors.js";
import type { BinaryFile, ObjectPort, OpenBinary } from "../ports.js";
import { binaryProblem, HEADER_BYTES } from "./check-binary.js";
import { planUpload } from "./digest.js";
import { objectKey } from "./plan.js";
import type { Surroundings } from "./surroundings.js";
import { ensureUploaded } from "./upload.js";

/** What an upload is made with. */
export interface ReflowletUploadOptions {
  readonly file: BinaryFile;
  /** Where the configuration was read, for errors. */
  readonly source: string;
  /** The repository's. */
  readonly bucket: string;
  /** Asked for when there is something to look up. */
  readonly objects: () => Promise<ObjectPort>;
}

/** The reflowlet's binary on this machine, and its place in the repository once that is known to hold it. */
export class ReflowletUpload {
  private place: string | undefined;

  constructor(private readonly options: ReflowletUploadOptions) {}

  /** `s3://bucket/key`; undefined until `ensure` has been done. */
  get url(): string | undefined {
    return this.place;
  }

  /** Looks at the file alone. @throws ConfigError when it is missing, or no program for the cluster's instances. */
  async check(around: Surroundings): Promise<void> {
    await this.withBinary(around, () => Promise.resolve());
  }

  /**
   * Sees to it that the repository holds the binary. Done once: the answer is kept.
   * @returns whether anything was sent, which may have taken long
   * @throws ConfigError for a file or a bucket that cannot serve, AccessError, EndpointError, the signal's reason
   */
  async ensure(around: Surroundings, signal: AbortSignal): Promise<boolean> {
    if (this.place !== undefined) return false;
    const { file, bucket } = this.options;
    const { clock } = around;
    const startMs = clock.monotonicMs();
    around.tell({ kind: "phase-started", phase: "upload", instanceId: undefined, limitMs: undefined });
    return this.withBinary(around, async (binary) => {
      const plan = await planUpload(binary, signal);
      const target = { bucket, key: objectKey(plan) };
      const objects = await this.options.objects();
      const sent = await ensureUploaded({ around, objects, path: file.path, binary, plan, target }, signal);
      this.place = `s3://${target.bucket}/${target.key}`;
      const ms = clock.monotonicMs() - startMs;
      around.tell({ kind: "upload-done", url: this.place, totalBytes: plan.sizeBytes, sent, ms });
      return sent;
    });
  }

  private async withBinary<T>(around: Surroundings, work: (binary: OpenBinary) => Promise<T>): Promise<T> {
    const { file, source } = this.options;
    const refuse = (message: string, cause?: unknown): ConfigError =>
      new ConfigError(
        "the reflowlet binary cannot be used",
        [{ source, key: "reflow-ec2.binary", message: `${file.path}: ${message}` }],
        { hint: "name the Linux program of your Reflow, the same that `reflow version` runs on Linux", cause },
      );
    const opened = await file.open();
    if (opened.kind === "unusable") throw refuse(opened.problem);
    const { binary } = opened;
    try {
      const header = await binary.read(0, Math.min(HEADER_BYTES, binary.sizeBytes));
      const problem = binaryProblem(header, around.architectures);
      if (problem !== undefined) throw refuse(problem);
      return await work(binary);
    } finally {
      await binary.close();
    }
  }
}
