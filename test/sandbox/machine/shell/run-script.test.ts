import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { TestWorld } from "../test-world.js";

let test: TestWorld;

beforeEach(() => {
  test = new TestWorld();
});
afterEach(() => test.end());

/** What a script prints, and with which status it ends, as bash would. */
const OUTPUT: readonly {
  readonly name: string;
  readonly script: string;
  readonly stdout: string;
  readonly status?: number;
}[] = [
  { name: "prints words with one blank between", script: "echo  a   b # not this", stdout: "a b\n" },
  { name: "keeps blanks in quotes", script: `A='x  y'; echo "$A" $A '$A' "\\$A"`, stdout: "x  y x y $A $A\n" },
  { name: "joins what stands together", script: `A=b; echo a"$A"'c'$A${"${A}"}d`, stdout: "abcbbd\n" },
  { name: "keeps a word that is empty in quotes", script: `E=; echo [ "$E" ] [ $E ]`, stdout: "[  ] [ ]\n" },
  {
    name: "takes the default of a variable that is empty",
    script: "echo ${X:-none} ${HOME:-none}",
    stdout: "none /root\n",
  },
  { name: "joins lines that end in a backslash", script: "echo a \\\n  b", stdout: "a b\n" },
  { name: "takes a hash inside a word for itself", script: "echo a#b", stdout: "a#b\n" },
  {
    name: "puts the output of a command in place",
    script: 'echo "<$(echo a; echo b)>"',
    stdout: "<a\nb>\n",
  },
  { name: "puts the output of a command in backquotes in place", script: "echo `echo a` b", stdout: "a b\n" },
  { name: "nests substitutions", script: 'echo "$(echo "$(echo "a b")")"', stdout: "a b\n" },
  { name: "adds up", script: "A=3; A=$((A + 4)); echo $A $((2 * (A - 1) / 3 % 3))", stdout: "7 1\n" },
  { name: "takes an unset variable for 0 in a sum", script: "echo $((N + 1))", stdout: "1\n" },
  {
    name: "goes through words and the numbers of seq",
    script: "for X in a $(seq 2) 'b c'; do echo $X; done",
    stdout: "a\n1\n2\nb c\n",
  },
  {
    name: "leaves a loop",
    script: "for X in 1 2 3; do if [ $X = 2 ]; then break; fi; echo $X; done; echo end",
    stdout: "1\nend\n",
  },
  {
    name: "begins the next round",
    script: "for X in 1 2 3; do if [ $X = 2 ]; then continue; fi; echo $X; done",
    stdout: "1\n3\n",
  },
  {
    name: "leaves two loops",
    script: "for A in 1 2; do for B in 1 2; do echo $A$B; break 2; done; done",
    stdout: "11\n",
  },
  {
    name: "loops while a condition holds",
    script: "N=0; while [ $N -lt 3 ]; do N=$((N + 1)); echo $N; done",
    stdout: "1\n2\n3\n",
  },
  {
    name: "loops until a condition holds",
    script: "N=0; until [ $N -ge 2 ]; do N=$((N + 1)); done; echo $N",
    stdout: "2\n",
  },
  {
    name: "takes the first branch that holds",
    script: "if false; then echo a; elif true; then echo b; else echo c; fi",
    stdout: "b\n",
  },
  { name: "takes the last branch", script: "if false; then echo a; else echo c; fi", stdout: "c\n" },
  {
    name: "goes on after && and || as their status says",
    script: "true && echo a || echo b; false && echo c || echo d",
    stdout: "a\nd\n",
  },
  { name: "turns a status round", script: "! false && echo a; if ! true; then echo b; fi; echo $?", stdout: "a\n0\n" },
  { name: "hands output on", script: "echo a | cat - | cat", stdout: "a\n" },
  { name: "keeps what a pipe's command sets to itself", script: "A=1; true | A=2; echo $A", stdout: "1\n" },
  {
    name: "writes, appends and reads files",
    script: "echo a > /tmp/f; echo b >> /tmp/f; cat < /tmp/f; cat /tmp/f > /dev/null",
    stdout: "a\nb\n",
  },
  {
    name: "sends errors where output goes",
    script: "echo a 2>&1 >&2 | cat; ls /none > /tmp/out 2>&1; cat /tmp/out",
    stdout: "a\nls: cannot access '/none': No such file or directory\n",
  },
  {
    name: "matches paths, sorted, and keeps a pattern that matches nothing",
    script: "touch /tmp/b1 /tmp/a1 /tmp/a22; echo /tmp/?1 '/tmp/?1' /none/*",
    stdout: "/tmp/a1 /tmp/b1 /tmp/?1 /none/*\n",
  },
  {
    name: "matches a set of characters",
    script: "touch /tmp/x1 /tmp/x2 /tmp/x3; echo /tmp/x[12] /tmp/x[!12]",
    stdout: "/tmp/x1 /tmp/x2 /tmp/x3\n",
  },
  {
    name: "finds the links of NVMe volumes by 17 places",
    script: "for D in /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol?????????????????; do echo $D; done",
    stdout:
      "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0a0000000000000a1\n/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0b0000000000000b2\n",
  },
  { name: "groups commands", script: "{ echo a; echo b; } | cat", stdout: "a\nb\n" },
  { name: "sets a variable for one command", script: "A=1 bash -c 'echo $A'; echo ${A:-unset}", stdout: "1\nunset\n" },
  {
    name: "exports variables to commands and keeps others to itself",
    script: "export A=1; B=2; bash -c 'echo $A${B:-unset}'",
    stdout: "1unset\n",
  },
  { name: "runs text with arguments", script: "bash -c 'echo $0 $1 $#' name word", stdout: "bash word 1\n" },
  { name: "ends where it is told", script: "echo a; exit 3; echo b", stdout: "a\n", status: 3 },
  { name: "ends with the status of the last command", script: "true; false", stdout: "", status: 1 },
  { name: "becomes another program", script: "exec echo a; echo b", stdout: "a\n" },
  {
    name: "takes the status of a substitution for an assignment's",
    script: 'A=$(false) || A=other; echo "$A"',
    stdout: "other\n",
  },
  { name: "goes on after a failure", script: "false; echo a", stdout: "a\n" },
  { name: "ends at the first failure when told", script: "set -e; echo a; false; echo b", stdout: "a\n", status: 1 },
  {
    name: "does not end at a failure that is looked at",
    script: "set -e; false || true; if false; then echo x; fi; false && true; ! true; echo a",
    stdout: "a\n",
  },
  { name: "ends at a failure behind the last ||", script: "set -e; false || false; echo a", stdout: "", status: 1 },
  { name: "counts the last command of a pipe only", script: "set -e; false | true; echo a", stdout: "a\n" },
  {
    name: "counts all commands of a pipe when told",
    script: "set -eo pipefail; false | true; echo a",
    stdout: "",
    status: 1,
  },
  {
    name: "passes over sleeps of minutes",
    script: "sleep 2m; date +%s",
    stdout: `${Date.UTC(2026, 10, 24, 12, 2) / 1_000}\n`,
  },
];

describe("the shell of a machine", () => {
  it.each(OUTPUT)("$name", async ({ script, stdout, status = 0 }) => {
    const ran = await test.run(script);
    expect({ status: ran.status, stdout: ran.stdout }).toEqual({ status, stdout });
  });

  it.each([
    {
      script: "set -e\ncurl -fs https://cache.s3.amazonaws.com/none",
      stderr: "/opt/bin/script: line 3: curl ended with status 22 (set -e)\n",
      status: 22,
    },
    { script: "\nnone a b", stderr: "/opt/bin/script: line 3: none: command not found\n", status: 127 },
    { script: "/opt/none", stderr: "/opt/bin/script: line 2: /opt/none: No such file or directory\n", status: 127 },
    { script: "touch /tmp/f; /tmp/f", stderr: "/opt/bin/script: line 2: /tmp/f: Permission denied\n", status: 126 },
    {
      script: "echo hello > /tmp/f; chmod +x /tmp/f; /tmp/f",
      stderr: "/opt/bin/script: line 2: /tmp/f: Exec format error\n",
      status: 126,
    },
    { script: "cat < /none", stderr: "/opt/bin/script: line 2: /none: No such file or directory\n", status: 1 },
    { script: "set -u; echo $NONE", stderr: "/opt/bin/script: line 2: NONE: unbound variable\n", status: 1 },
    { script: "echo $((1 / 0))", stderr: "/opt/bin/script: line 2: 1 / 0: division by 0\n", status: 1 },
    { script: "echo $((1 +))", stderr: "/opt/bin/script: line 2: 1 +: syntax error in expression\n", status: 1 },
    { script: "if true; then", stderr: "/opt/bin/script: line 2: syntax error: unexpected end of file\n", status: 2 },
    {
      script: "for X in</a; do true; done",
      stderr: "/opt/bin/script: line 2: syntax error near unexpected token `<'\n",
      status: 2,
    },
    { script: "fi", stderr: "/opt/bin/script: line 2: syntax error near unexpected token `fi'\n", status: 2 },
    { script: "sleep 1 &", stderr: "/opt/bin/script: line 2: syntax error near unexpected token `&'\n", status: 2 },
    { script: "cat << END", stderr: "/opt/bin/script: line 2: <<: not known to the sandbox's shell\n", status: 2 },
    { script: "f() { true; }", stderr: "/opt/bin/script: line 2: syntax error near unexpected token `('\n", status: 2 },
    {
      script: "case a in",
      stderr: "/opt/bin/script: line 2: case: not known to the sandbox's shell\n",
      status: 2,
    },
    {
      script: "echo 'a",
      stderr: "/opt/bin/script: line 2: unexpected EOF while looking for matching `''\n",
      status: 2,
    },
    {
      script: 'echo "a',
      stderr: "/opt/bin/script: line 2: unexpected EOF while looking for matching `\"'\n",
      status: 2,
    },
    { script: "echo ${A", stderr: "/opt/bin/script: line 2: ${A…}: bad substitution\n", status: 2 },
    {
      script: "echo $(echo a",
      stderr: "/opt/bin/script: line 2: unexpected EOF while looking for matching `)'\n",
      status: 2,
    },
    {
      script: "$(".repeat(200),
      stderr: "/opt/bin/script: line 2: commands are nested too deeply\n",
      status: 2,
    },
    {
      script: "while true; do true; done",
      stderr: "/opt/bin/script: line 2: the sandbox ends a loop after 5,000 rounds\n",
      status: 1,
    },
  ])("says what is wrong with $script", async ({ script, stderr, status }) => {
    const ran = await test.run(script);
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status, stderr });
  });

  it("refuses a script for a program that the machine does not have", async () => {
    test.world.files.write("/opt/bin/other", "#!/usr/bin/python3\nprint()\n", 0o755);
    expect(await test.run("/opt/bin/other")).toEqual({
      status: 126,
      stdout: "",
      stderr: "/opt/bin/script: line 2: /opt/bin/other: No such file or directory\n",
    });
  });
});
