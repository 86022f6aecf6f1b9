import { Ec2ApiError, invalidValue, missingParameter } from "./ec2-error.js";

/** No member that EC2 knows nests deeper; longer names are noise that would only cost memory. */
const DEEPEST_NAME = 12;

/**
 * The parameters of an EC2 query, as a tree: `Tag.1.Key=a` is member `Tag`, element 1, member `Key`. EC2 writes lists
 * flat and 1-based. Empty texts count as absent, as EC2 takes them: Reflow's drivers send `SubnetId=` and
 * `IamInstanceProfile.Arn=`. Tag values are the exception and are read with {@link rawText}.
 */
export class Parameters {
  private readonly members = new Map<string, Parameters>();
  private value: string | undefined;

  private constructor(
    /** Dotted name of this node, for messages; empty at the root. */
    readonly path: string,
  ) {}

  /** @throws Ec2ApiError MalformedQueryString when a name is nested absurdly deep. */
  static parse(query: URLSearchParams): Parameters {
    const root = new Parameters("");
    for (const [name, value] of query) {
      const steps = name.split(".");
      if (steps.length > DEEPEST_NAME) {
        throw new Ec2ApiError("MalformedQueryString", `The query string is malformed: ${name.slice(0, 100)}`);
      }
      let node = root;
      for (const step of steps) node = node.ensureMember(step);
      node.value = value;
    }
    return root;
  }

  private ensureMember(name: string): Parameters {
    let member = this.members.get(name);
    if (member === undefined) {
      member = new Parameters(this.path === "" ? name : `${this.path}.${name}`);
      this.members.set(name, member);
    }
    return member;
  }

  /** Names of the direct members, as sent. */
  names(): string[] {
    return [...this.members.keys()];
  }

  /** The node `name`; an empty one when nothing was sent under it. */
  member(name: string): Parameters {
    return this.members.get(name) ?? new Parameters(this.path === "" ? name : `${this.path}.${name}`);
  }

  /** Whether any non-empty value was sent in this node or under it. */
  get given(): boolean {
    if (this.value !== undefined && this.value !== "") return true;
    for (const member of this.members.values()) if (member.given) return true;
    return false;
  }

  /** The elements of the list `name`, in the order of their numbers; gaps are closed, as EC2 does. */
  list(name: string): Parameters[] {
    return [...this.member(name).members]
      .filter(([index]) => /^[1-9][0-9]{0,5}$/.test(index))
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([, element]) => element);
  }

  /** The texts of the list `name` as sent, empty ones included. */
  rawTexts(name: string): string[] {
    return this.list(name).flatMap((element) => element.value ?? []);
  }

  /** The non-empty texts of the list `name`. */
  texts(name: string): string[] {
    return this.rawTexts(name).filter((text) => text !== "");
  }

  /** The text of `name` as sent, the empty text included. */
  rawText(name: string): string | undefined {
    return this.members.get(name)?.value;
  }

  /** The text of `name`; undefined when it was not sent or is empty. */
  text(name: string): string | undefined {
    const value = this.rawText(name);
    return value === "" ? undefined : value;
  }

  /** @throws Ec2ApiError MissingParameter when `name` was not sent. */
  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw missingParameter(this.member(name).path);
    return value;
  }

  /** @throws Ec2ApiError InvalidParameterValue when it is not one of the two words. */
  boolean(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const word = value.toLowerCase();
    if (word !== "true" && word !== "false") {
      throw invalidValue(this.member(name).path, value, "Expected true or false.");
    }
    return word === "true";
  }

  /** @throws Ec2ApiError InvalidParameterValue when it is not a whole number. */
  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^-?[0-9]{1,15}$/.test(value)) {
      throw invalidValue(this.member(name).path, value, "Expected an integer.");
    }
    return Number(value);
  }

  /** One of `allowed`. @throws Ec2ApiError InvalidParameterValue when it is another word. */
  oneOf<const T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const found = allowed.find((word) => word === value);
    if (found === undefined) {
      throw invalidValue(this.member(name).path, value, `Expected one of ${allowed.join(", ")}.`);
    }
    return found;
  }

  /**
   * All values in a canonical order, without the members `except`: equal texts mean equal requests, which is what
   * EC2 compares when a client token comes again.
   */
  fingerprint(except: ReadonlySet<string>): string {
    const lines: string[] = [];
    const collect = (node: Parameters): void => {
      if (node.value !== undefined && node.value !== "") lines.push(JSON.stringify([node.path, node.value]));
      for (const member of node.members.values()) collect(member);
    };
    for (const [name, member] of this.members) if (!except.has(name)) collect(member);
    return lines.sort().join("\n");
  }
}
