// What starting the program costs beside starting Node, and what it loads for that.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PROGRAM, ROOT, runNode, times } from "./support/program.mjs";
import { bar } from "./support/report.mjs";
import { median, round, summary } from "./support/statistics.mjs";

const DEFAULT_RUNS = 21;
const WARM_UPS = 3;
const RATIO_LIMIT = 1.5;
const RECORDER = new URL("./support/record-modules.mjs", import.meta.url).href;

/** Text that a heavy package has, minified or not, and nothing of ours. */
const SIGNATURES = {
  "AWS SDK": "AWS4-HMAC-SHA256",
  zod: "ZodError",
  yaml: "YAMLParseError",
  "js-yaml": "YAMLException",
  chalk: "bgBlackBright",
  ora: "dots12",
  "@peculiar/x509": "X509CertificateGenerator",
};

export async function startup({ runs = DEFAULT_RUNS }) {
  const rows = [];
  const loaded = [];
  for (const flag of ["--version", "--help"]) {
    const pairs = (await times(WARM_UPS + runs, () => onePair(flag))).slice(WARM_UPS);
    const ratios = pairs.map(({ nodeMs, programMs }) => programMs / nodeMs);
    rows.push(
      { command: `node -e 0, before ${flag}`, ...summary(pairs.map(({ nodeMs }) => nodeMs)), ratio: undefined },
      {
        command: `reflow-ec2 ${flag}`,
        ...summary(pairs.map(({ programMs }) => programMs)),
        ratio: round(median(ratios)),
      },
    );
    loaded.push({ command: `reflow-ec2 ${flag}`, ...(await heavyPackages(flag)) });
  }
  return {
    tables: [
      { title: `whole process, ${runs} pairs in turn; the ratio is the median of the pairs'`, rows },
      { title: "files loaded, and how many of them hold a heavy package", rows: loaded },
    ],
    bars: [
      ...rows
        .filter(({ ratio }) => ratio !== undefined)
        .map(({ command, ratio }) => bar(`${command} beside node -e 0`, ratio, RATIO_LIMIT, "times")),
      ...loaded.map(({ command, files: _files, kiB: _kiB, ...found }) =>
        bar(
          `heavy packages of ${command}`,
          Object.values(found).reduce((sum, count) => sum + count, 0),
          0,
          "files",
        ),
      ),
    ],
  };
}

async function onePair(flag) {
  const { ms: nodeMs } = await runNode(["-e", "0"]);
  const { ms: programMs, stdout } = await runNode([PROGRAM, flag]);
  if (stdout === "") throw new Error(`reflow-ec2 ${flag} printed nothing`);
  return { nodeMs, programMs };
}

/** The files that a start loads, and in how many of them each heavy package is. */
async function heavyPackages(flag) {
  assertSignatures();
  const texts = (await loadedFiles(flag)).map((path) => readFileSync(path, "utf8"));
  const counts = Object.entries(SIGNATURES).map(([name, signature]) => [
    name,
    texts.filter((text) => text.includes(signature)).length,
  ]);
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  return { files: texts.length, kiB: Math.round(bytes / 1024), ...Object.fromEntries(counts) };
}

async function loadedFiles(flag) {
  const folder = mkdtempSync(join(tmpdir(), "reflow-ec2-bench-"));
  const record = join(folder, "modules");
  try {
    await runNode(["--import", RECORDER, PROGRAM, flag], { env: { ...process.env, BENCH_MODULES: record } });
    const urls = readFileSync(record, "utf8").trim().split("\n");
    const paths = [...new Set(urls)].filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(url));
    if (!paths.includes(PROGRAM)) throw new Error("the record of loaded modules lacks the program itself");
    return paths;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A signature that is nowhere in the build would prove nothing. */
function assertSignatures() {
  const texts = readdirSync(join(ROOT, "dist", "chunks")).map((name) =>
    readFileSync(join(ROOT, "dist", "chunks", name), "utf8"),
  );
  for (const [name, signature] of Object.entries(SIGNATURES)) {
    if (!texts.some((text) => text.includes(signature))) throw new Error(`no chunk holds "${signature}" of ${name}`);
  }
}
