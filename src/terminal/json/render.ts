import type { RenderedUserData } from "../../userdata/rendering.js";
import { SCHEMA_VERSION } from "./schema-version.js";

/** What `render -o json` prints. */
export interface RenderJson {
  readonly schemaVersion: number;
  readonly type: string;
  /** What EC2 counts: after compression, before base64. */
  readonly bytes: number;
  readonly limit: number;
  /** Negative when there are too many. */
  readonly left: number;
  /** Secrets that were not asked for are counted as something of usual length. */
  readonly estimated: boolean;
  readonly files: readonly {
    readonly path: string;
    /** Octal. */
    readonly permissions: string;
    /** Of the file on the machine. */
    readonly bytes: number;
  }[];
  readonly units: readonly {
    readonly name: string;
    /** Empty when it is given none. */
    readonly command: string;
    readonly enable: boolean;
  }[];
}

/** The JSON form of user-data; its secrets are in none of it. */
export function renderJson({ instanceType, report, standIns }: RenderedUserData): RenderJson {
  const { bytes, limit, left, files, units } = report;
  return {
    schemaVersion: SCHEMA_VERSION,
    type: instanceType,
    bytes,
    limit,
    left,
    estimated: standIns.length > 0,
    files: files.map(({ path, permissions, bytes: size }) => ({ path, permissions, bytes: size })),
    units: units.map(({ name, command, enable }) => ({ name, command, enable })),
  };
}
