/** What a statement of setup's policy is about. */
export interface SetupActions {
  /** A name for the statement. */
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: "any" | "groups" | "security-group-tags" | "key-pairs" | "roles" | "passed-roles" | "profiles";
}

/** What `setup` calls, with all that its flags may ask for, and `setup --undo`. */
export const SETUP_ACTIONS: readonly SetupActions[] = [
  {
    sid: "LookAround",
    actions: [
      "ec2:DescribeInstances",
      "ec2:DescribeKeyPairs",
      "ec2:DescribeRouteTables",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
    ],
    resources: "any",
  },
  {
    sid: "SecurityGroup",
    actions: [
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:CreateSecurityGroup",
      "ec2:DeleteSecurityGroup",
      "ec2:RevokeSecurityGroupIngress",
    ],
    resources: "groups",
  },
  { sid: "TagWhatIsMade", actions: ["ec2:CreateTags"], resources: "security-group-tags" },
  { sid: "KeyPair", actions: ["ec2:DeleteKeyPair", "ec2:ImportKeyPair"], resources: "key-pairs" },
  {
    sid: "Role",
    actions: [
      "iam:CreateRole",
      "iam:DeleteRole",
      "iam:DeleteRolePolicy",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:PutRolePolicy",
      "iam:TagRole",
    ],
    resources: "roles",
  },
  // Putting a role into a profile passes it on.
  { sid: "PassRole", actions: ["iam:PassRole"], resources: "passed-roles" },
  {
    sid: "InstanceProfile",
    actions: [
      "iam:AddRoleToInstanceProfile",
      "iam:CreateInstanceProfile",
      "iam:DeleteInstanceProfile",
      "iam:GetInstanceProfile",
      "iam:RemoveRoleFromInstanceProfile",
      "iam:TagInstanceProfile",
    ],
    resources: "profiles",
  },
];
