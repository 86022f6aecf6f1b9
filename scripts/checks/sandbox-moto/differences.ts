/** Where the sandbox is meant to differ from moto. Every entry must still be met, or the check fails. */
export interface Difference {
  /** Which requests. */
  readonly request: RegExp;
  /** What the comparison says. */
  readonly line: RegExp;
  readonly why: string;
}

export const differences: readonly Difference[] = [
  {
    request: /^DescribeVpcs/,
    line: /DhcpOptionsId|Ipv6CidrBlockAssociationSet/,
    why: "the sandbox has neither DHCP options nor IPv6",
  },
  {
    request: /^DescribeImages/,
    line: /ImageOwnerAlias|BootMode|Platform$/,
    why: "moto's image is Amazon's, and one for Windows",
  },
  {
    request: /^RunInstances/,
    line: /BlockDeviceMappings|Association|PublicIpAddress/,
    why: "volumes and public addresses come after the launch, as in life; in moto instances run at once",
  },
  {
    request: /^(RunInstances|DescribeInstances)/,
    line: /SriovNetSupport/,
    why: "told of types with enhanced networking by Intel's VF interface only; the sandbox tells of ENA",
  },
  {
    request: /^DescribeInstances by tag/,
    line: /StateReason/,
    why: "EC2 gives a running instance no reason; moto gives an empty one",
  },
  {
    request: /^DescribeInstanceTypes by name/,
    line: /only moto: InstanceTypes/,
    why: "our catalogue keeps the facts that choosing a type needs, not all of them",
  },
  {
    request: /^a misshapen instance id/,
    line: /sandbox: InvalidInstanceID\.Malformed/,
    why: "moto does not look at the form of instance ids",
  },
  {
    request: /^an unknown instance type$/,
    line: /sandbox: InvalidParameterValue .*moto: InvalidInstanceType\.NotFound/,
    why: "RunInstances says: Invalid value 'm5.tiny' for InstanceType; moto has a code of its own",
  },
  {
    request: /^an unknown spot request/,
    line: /moto: an answer/,
    why: "moto leaves unknown requests out",
  },
  {
    request: /^(no tags to create|a reserved tag key)/,
    line: /moto: an answer/,
    why: "moto does not check tags",
  },
];
