import type { ConfigProblem } from "../errors.js";

/** What user-data comes to, and what is wrong with it. Holds no secret. */
export interface UserDataReport {
  /** What EC2 counts: the bytes after compression, before base64. */
  readonly bytes: number;
  /** How many of them EC2 takes. */
  readonly limit: number;
  /** How many more there may be; negative when there are too many. */
  readonly left: number;
  /** In the order in which the machine writes them. */
  readonly files: readonly {
    readonly path: string;
    /** Octal; the machine's default where the user-data has none. */
    readonly permissions: string;
    /** Of the file on the machine. */
    readonly bytes: number;
  }[];
  /** In the order in which the machine gives their commands. */
  readonly units: readonly {
    readonly name: string;
    /** Empty when it is given none. */
    readonly command: string;
    readonly enable: boolean;
  }[];
  /** Why a machine would not come up with it as it should. */
  readonly problems: readonly ConfigProblem[];
}

/** The user-data of a launch, to be looked at. */
export interface RenderedUserData {
  readonly instanceType: string;
  /** The cloud-config that the machine reads; every secret in it is masked. */
  readonly text: string;
  /** Of the user-data as it would be sent, not of the masked text. */
  readonly report: UserDataReport;
  /**
   * What was not asked for and is counted as something of usual length; empty when the report is of the very bytes
   * that would be sent.
   */
  readonly standIns: readonly string[];
  /** What forbids launching. */
  readonly launchProblems: readonly ConfigProblem[];
}

/** Which user-data is meant. */
export interface RenderOptions {
  /** The type that a need of one vCPU would launch when absent. */
  readonly instanceType?: string | undefined;
  readonly signal: AbortSignal;
}

/** Makes the user-data of a configuration's launches without launching. Nothing is asked of EC2. */
export interface UserDataRenderer {
  readonly config: {
    /** Path of the file, or a word for where it came from. */
    readonly source: string;
    /** What the user should know but need not mend. */
    readonly warnings: readonly string[];
    readonly logLevel: "off" | "error" | "info" | "debug";
  };
  readonly region: string;
  /**
   * The user-data with its secrets masked, and what it comes to. Asks nothing of AWS, and needs no credentials.
   * @throws ConfigError when none can be made of the configuration; UsageError for a type that is unknown or not
   * allowed.
   */
  render(options: RenderOptions): Promise<RenderedUserData>;
  /**
   * The base64 user-data as a launch would send it now, secrets included. Where the configuration has a login for ECR
   * or credentials sealed, these are asked for.
   * @throws what render does; ConfigError also when it is too large or there is no authority; AccessError;
   * EndpointError.
   */
  raw(options: RenderOptions): Promise<string>;
}
