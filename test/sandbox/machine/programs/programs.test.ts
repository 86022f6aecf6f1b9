import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { TestWorld } from "../test-world.js";

let test: TestWorld;

beforeEach(() => {
  test = new TestWorld();
});
afterEach(() => test.end());

interface Row {
  readonly script: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly status?: number;
}

const TOKEN =
  "TOKEN=$(curl -fsS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' http://169.254.169.254/latest/api/token)";
const ASK = 'curl -fsS -H "X-aws-ec2-metadata-token: $TOKEN" http://169.254.169.254/latest/meta-data';

function runs(rows: readonly Row[]): void {
  it.each(rows)("$script", async ({ script, stdout = "", stderr = "", status = 0 }) => {
    expect(await test.run(script)).toEqual({ status, stdout, stderr });
  });
}

describe("curl fetches", () => {
  runs([
    {
      script: "curl -fsSL https://grail-public-bin.s3-us-west-2.amazonaws.com/linux/amd64/reflowbootstrap0.1",
      stdout: "#!reflow-ec2-sandbox bootstrap 2020\n",
    },
    {
      script: "curl -fsSL https://grail-public-bin.s3-us-west-2.amazonaws.com/linux/amd64/reflowbootstrap0.4",
      stdout: "#!reflow-ec2-sandbox bootstrap 2023\n",
    },
    { script: "curl -s https://cache.s3.us-west-2.amazonaws.com/tools/program", stdout: "hello\n" },
    { script: "curl -s https://cache.s3-us-west-2.amazonaws.com/tools%2Fprogram", stdout: "hello\n" },
    { script: "curl -s https://cache.s3.amazonaws.com/tools/program", stdout: "hello\n" },
    { script: "curl -s https://s3.us-west-2.amazonaws.com/cache/tools/program", stdout: "hello\n" },
    { script: "curl -s -o /tmp/p https://cache.s3.amazonaws.com/tools/program && cat /tmp/p", stdout: "hello\n" },
    { script: "wget https://cache.s3.amazonaws.com/tools/program -O /tmp/p && cat /tmp/p", stdout: "hello\n" },
    {
      script: "curl -sL https://github.com/owner/tool/releases/download/v1/tool",
      stdout: "#!reflow-ec2-sandbox helper\n",
    },
    { script: "curl -s https://cache.s3.amazonaws.com/none", stdout: "<Error><Code>NoSuchKey</Code></Error>\n" },
    { script: `${TOKEN}; ${ASK}/instance-id`, stdout: "i-0123456789abcdef0" },
    { script: `${TOKEN}; ${ASK}/instance-life-cycle`, stdout: "spot" },
    { script: `${TOKEN}; ${ASK}/placement/region`, stdout: "us-west-2" },
    { script: `${TOKEN}; ${ASK}/public-hostname`, stdout: "ec2-203-0-113-9.us-west-2.compute.amazonaws.com" },
    { script: "curl -s http://169.254.169.254/latest/meta-data/placement/availability-zone", stdout: "us-west-2a" },
  ]);
});

describe("curl fails", () => {
  runs([
    {
      script: "curl -fsSL https://cache.s3.amazonaws.com/none",
      stderr: "curl: (22) The requested URL returned error: 404\n",
      status: 22,
    },
    { script: "curl -fs https://cache.s3.amazonaws.com/none", status: 22 },
    {
      script: "curl -sS https://example.org/",
      stderr: "curl: (6) Could not resolve host: example.org\n",
      status: 6,
    },
    {
      script: "curl -sS https://s3.amazonaws.com/cache",
      stderr: "curl: (6) Could not resolve host: s3.amazonaws.com\n",
      status: 6,
    },
    {
      script: "curl --proto '=https' -sS http://cache.s3.amazonaws.com/tools/program",
      stderr: 'curl: (1) Protocol "http" not supported or disabled in libcurl\n',
      status: 1,
    },
    { script: "curl -sS 'https://'", stderr: "curl: (3) URL rejected: https://\n", status: 3 },
    { script: "curl -sS", stderr: "curl: (2) no URL specified\n", status: 2 },
    { script: "curl --nonsense x", stderr: "curl: option --nonsense: is unknown\n", status: 2 },
    { script: "curl -o", stderr: "curl: option -o: requires parameter\n", status: 2 },
    {
      script: "mkdir -p /tmp/d; curl -sS -o /tmp/d https://cache.s3.amazonaws.com/tools/program",
      stderr: "curl: (23) Failure writing output to destination: /tmp/d\n",
      status: 23,
    },
    { script: "curl -fs -X PUT http://169.254.169.254/latest/api/token", status: 22 },
    { script: "TOKEN=other; " + ASK.replace("-fsS", "-fs") + "/instance-id", status: 22 },
    { script: "curl -fs http://169.254.169.254/latest/meta-data/tags", status: 22 },
    { script: "curl -fs https://169.254.169.254/latest/meta-data/instance-id", status: 6 },
    {
      script: "wget https://cache.s3.amazonaws.com/none -O /tmp/p",
      stderr: "wget: https://cache.s3.amazonaws.com/none: ERROR 404\n",
      status: 8,
    },
    {
      script: "wget https://example.org/",
      stderr: "wget: unable to resolve host address 'https://example.org/'\n",
      status: 4,
    },
  ]);
});

describe("a metadata service that wants tokens", () => {
  it("answers with one only", async () => {
    test.end();
    test = new TestWorld({ metadataTokens: "required" });
    expect(
      await test.run(`curl -fs http://169.254.169.254/latest/meta-data/instance-id; ${TOKEN}; ${ASK}/instance-id`),
    ).toEqual({
      status: 0,
      stdout: "i-0123456789abcdef0",
      stderr: "",
    });
  });
});

describe("tests of files, texts and numbers", () => {
  const holds = [
    "[ -b /dev/nvme1n1 ]",
    "[ -b /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0b0000000000000b2 ]",
    "[ -d /opt/bin ]",
    "[ -d /dev/disk/by-id ]",
    "[ -f /opt/bin/script ]",
    "[ -x /opt/bin/script ]",
    "[ -s /opt/bin/script ]",
    "[ -e /dev/nvme0n1 ]",
    "[ ! -e /dev/nvme2n1 ]",
    "[ -n a ]",
    "[ -z '' ]",
    "[ a = a ]",
    "[ a != b ]",
    "[ 10 -ge 9 ]",
    "[ 9 -lt 10 ]",
    "[ 1 -eq 01 ]",
    "test a",
  ];
  const fails = [
    "[ -b /opt/bin/script ]",
    "[ -b /dev/xvdb ]",
    "[ -x /etc/none ]",
    "[ '' ]",
    "[ ]",
    "[ a = b ]",
    "[ 9 -ge 10 ]",
  ];
  runs([...holds.map((script) => ({ script })), ...fails.map((script) => ({ script, status: 1 }))]);
  runs([
    { script: "[ a", stderr: "[: missing `]'\n", status: 2 },
    { script: "[ a -ge 1 ]", stderr: "[: a: integer expression expected\n", status: 2 },
    { script: "[ -q a ]", stderr: "[: -q: unary operator expected\n", status: 2 },
    { script: "[ a b c ]", stderr: "[: b: binary operator expected\n", status: 2 },
    { script: "[ a = b c ]", stderr: "[: too many arguments\n", status: 2 },
  ]);
});

describe("files are handled", () => {
  runs([
    { script: "touch /tmp/f; chmod +x /tmp/f; [ -x /tmp/f ]" },
    { script: "touch /tmp/f; chmod 0755 /tmp/f; chmod a-x /tmp/f; [ -x /tmp/f ]", status: 1 },
    {
      script: "chmod +x /tmp/none",
      stderr: "chmod: cannot access '/tmp/none': No such file or directory\n",
      status: 1,
    },
    { script: "touch /tmp/f; chmod abc /tmp/f", stderr: "chmod: invalid mode: 'abc'\n", status: 1 },
    { script: "mkdir -p /a/b && touch /a/b/c && find /a -name c", stdout: "/a/b/c\n" },
    {
      script: "mkdir /tmp; touch /tmp/reflowlet1; find /tmp -maxdepth 1 -name 'reflowlet*'",
      stdout: "/tmp/reflowlet1\n",
    },
    { script: "mkdir -p /a/b/c; find /a -maxdepth 1 -type d", stdout: "/a\n/a/b\n" },
    { script: "find /none", stderr: "find: '/none': No such file or directory\n", status: 1 },
    { script: "echo a > /tmp/f; mv /tmp/f /tmp/g; ls /tmp; cp /tmp/g /opt; cat /opt/g", stdout: "g\na\n" },
    { script: "cp /none /tmp", stderr: "cp: cannot stat '/none': No such file or directory\n", status: 1 },
    { script: "rm /tmp/none", stderr: "rm: cannot remove '/tmp/none': No such file or directory\n", status: 1 },
    { script: "rm -rf /", stderr: "rm: it is dangerous to operate recursively on '/'\n", status: 1 },
    { script: "rm -rf /../../../..", stderr: "rm: it is dangerous to operate recursively on '/'\n", status: 1 },
    { script: "rm -f /tmp/none" },
    {
      script: "cat /../../../../etc/passwd",
      stderr: "cat: /../../../../etc/passwd: No such file or directory\n",
      status: 1,
    },
    {
      script: "echo a > /opt/bin",
      stderr: "/opt/bin/script: line 2: /opt/bin: Is a directory\n",
      status: 1,
    },
    {
      script:
        "basename /a/b/; dirname /a/b; readlink -f /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0b0000000000000b2",
      stdout: "b\n/a\n/dev/nvme1n1\n",
    },
    { script: "lsblk -n", stdout: "nvme0n1\nnvme1n1\n" },
    { script: "seq 2 4; seq a", stdout: "2\n3\n4\n", stderr: "seq: invalid argument: 'a'\n", status: 1 },
    { script: "sleep soon", stderr: "sleep: invalid time interval 'soon'\n", status: 1 },
    { script: "docker login -u AWS -p x https://1.dkr.ecr.us-west-2.amazonaws.com", stdout: "Login Succeeded\n" },
    { script: "docker run x", stderr: "docker: run: the sandbox knows `docker login` only\n", status: 1 },
    {
      script: "/usr/bin/env A=1 /bin/sh -c 'echo $A'; /usr/bin/none",
      stdout: "1\n",
      stderr: "/opt/bin/script: line 2: /usr/bin/none: No such file or directory\n",
      status: 127,
    },
  ]);
});

describe("disks are handled", () => {
  const READY = "pvcreate -q /dev/nvme1n1 > /dev/null && vgcreate g /dev/nvme1n1 > /dev/null";
  runs([
    { script: "blkid -p /dev/nvme0n1", stdout: '/dev/nvme0n1: PTTYPE="gpt"\n' },
    { script: "blkid -p /dev/nvme1n1", status: 2 },
    { script: "blkid -p /dev/none", status: 2 },
    { script: `${READY}; blkid -p /dev/nvme1n1`, stdout: '/dev/nvme1n1: TYPE="LVM2_member"\n' },
    { script: "pvcreate", stderr: "pvcreate: Please enter a physical volume path.\n", status: 3 },
    { script: "pvcreate /dev/xvdb", stderr: "pvcreate: No device found for /dev/xvdb.\n", status: 5 },
    {
      script: "pvcreate /dev/nvme0n1",
      stderr: "pvcreate: Cannot use /dev/nvme0n1: device is partitioned\n",
      status: 5,
    },
    { script: "pvcreate --nonsense /dev/nvme1n1", stderr: "pvcreate: option --nonsense: is unknown\n", status: 3 },
    {
      script: `${READY}; pvcreate /dev/nvme1n1`,
      stderr: `pvcreate: Can't initialize physical volume "/dev/nvme1n1", it is in use\n`,
      status: 5,
    },
    { script: "vgcreate g /dev/nvme1n1", stderr: "vgcreate: /dev/nvme1n1: not a free physical volume\n", status: 5 },
    { script: "vgcreate g", stderr: "vgcreate: Please provide a volume group name and physical volumes\n", status: 3 },
    {
      script: `${READY}; vgcreate g /dev/nvme1n1`,
      stderr: "vgcreate: A volume group called g already exists.\n",
      status: 5,
    },
    { script: `${READY}; vgs g && vgchange -a y g`, stdout: "  g\n" },
    { script: "vgs g", stderr: 'vgs: Failed to find "g"\n', status: 5 },
    { script: "vgchange -a y g", stderr: 'vgchange: Volume group "g" not found\n', status: 5 },
    {
      script: `${READY}; lvcreate -n v -l all g`,
      stderr: "lvcreate: Invalid argument for --extents: all\n",
      status: 3,
    },
    {
      script: `${READY}; lvcreate -n v -l 100%VG -i 0 g`,
      stderr: "lvcreate: Invalid argument for --stripes\n",
      status: 3,
    },
    { script: "lvcreate -n v -l 100%VG", stderr: "lvcreate: Please provide a volume group name\n", status: 3 },
    {
      script: `${READY}; lvcreate -y -n v -l 100%FREE g; lvcreate -n v -l 1%VG g`,
      stdout: '  Logical volume "v" created.\n',
      stderr: 'lvcreate: Logical Volume "v" already exists in volume group "g"\n',
      status: 5,
    },
    {
      script: `${READY}; lvcreate -y -n v -l 100%VG g; mkfs.ext4 -q /dev/g/v; blkid /dev/g/v; mkdir -p /m; mount -t ext4 /dev/g/v /m && mountpoint -q /m`,
      stdout: '  Logical volume "v" created.\n/dev/g/v: TYPE="ext4"\n',
    },
    {
      script: "mkfs.ext4 /dev/none",
      stderr: "mkfs.ext4: The file /dev/none does not exist and no size was specified.\n",
      status: 1,
    },
    {
      script: `${READY}; mkfs.ext4 /dev/nvme1n1`,
      stderr: "mkfs.ext4: /dev/nvme1n1 is in use by the system; will not make a filesystem here!\n",
      status: 1,
    },
    { script: "mount /dev/none /mnt", stderr: "mount: /mnt: special device /dev/none does not exist.\n", status: 32 },
    {
      script: "mount /dev/nvme1n1 /mnt",
      stderr: "mount: /mnt: wrong fs type, bad option, bad superblock on /dev/nvme1n1.\n",
      status: 32,
    },
    { script: "mountpoint /m", status: 32 },
  ]);
});

describe("archives of helpers are unpacked", () => {
  const FETCH = "curl -sL -o /tmp/archive https://github.com/owner/tool/releases/download/v1/tool.zip";
  runs([
    {
      script: `${FETCH}; unzip -o -q -j /tmp/archive tool -d /opt && cat /opt/tool`,
      stdout: "#!reflow-ec2-sandbox helper\n",
    },
    {
      script: `${FETCH}; tar -x -z -f /tmp/archive -C /opt --strip-components=1 --wildcards '*/tool' && ls /opt`,
      stdout: "bin\ntool\n",
    },
    {
      script: "unzip /tmp/none tool",
      stderr: "unzip: cannot find or open /tmp/none, or it is no archive\n",
      status: 9,
    },
    {
      script: "echo a > /tmp/f; tar -xzf /tmp/f tool",
      stderr: "tar: /tmp/f: Cannot open, or not an archive\n",
      status: 2,
    },
  ]);
});

describe("systemd and the process table are asked", () => {
  runs([
    { script: "pgrep -f '^/opt/bin/script'", stdout: "1000\n" },
    { script: "pgrep -f '^/tmp/reflowlet'", status: 1 },
    { script: "pgrep '^script'", stdout: "1000\n" },
    { script: "pgrep '^/opt/bin/script'", status: 1 },
    { script: "exit now", stderr: "/opt/bin/script: line 2: exit: now: numeric argument required\n", status: 2 },
    { script: "find / 'a*'", stderr: "find: paths must precede expression: 'a*'\n", status: 1 },
    {
      script: "curl --retry soon https://example.com/",
      stderr: "curl: option --retry: expected a proper numerical parameter\n",
      status: 2,
    },
    { script: "pgrep -f '('", stderr: "pgrep: (: not a regular expression\n", status: 2 },
    { script: "pgrep", stderr: "pgrep: no matching criteria specified\n", status: 2 },
    { script: "systemctl is-active docker", stdout: "active\n" },
    { script: "systemctl is-active --quiet other.service", status: 3 },
    { script: "systemctl start broken.service", status: 1 },
    { script: "systemctl nonsense", stderr: "Unknown command verb 'nonsense'.\n", status: 1 },
    { script: "hostname", stdout: "i-0123456789abcdef0\n" },
  ]);

  it("starts and stops units, and powers off", async () => {
    await test.run("systemctl start a b.mount; systemctl stop c; systemctl daemon-reload; systemctl poweroff");
    expect({ started: test.started, off: test.poweredOff }).toEqual({
      started: ["a.service", "b.mount", "stop c.service"],
      off: ["systemctl poweroff"],
    });
  });
});
