// Bundles the command line, the library and the sandbox's process into dist/.
// ES modules with splitting keep the AWS SDK in a chunk of its own, which only commands that call AWS load;
// the `module` field comes first because the SDK's `main` is one file that cannot be shaken.
import { readFile, rename, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { mergeStartChunks } from "./merge-start-chunks.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Commander can run other programs as subcommands, of which we have none. What it imports for that would cost every
 * start the loading of Node's network code.
 */
const commanderWithoutPrograms = {
  name: "commander-without-programs",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]node_modules[\\/]commander[\\/]/.test(importer)
        ? { path: "child_process", namespace: "left-out" }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "module.exports = {};" }));
  },
};

/**
 * The tables of all that EC2 and ECR know are most of the SDK. Their entries have computed keys (`[_xN]: ...`), each a
 * constant string of the same file, and these keep esbuild from leaving out the entries that nothing uses. With the
 * strings themselves as keys, a tenth is left.
 */
const awsSchemasWithPlainKeys = {
  name: "aws-schemas-with-plain-keys",
  setup({ onLoad }) {
    onLoad(
      { filter: /[\\/]@aws-sdk[\\/]client-[\w-]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ },
      async ({ path }) => {
        const text = await readFile(path, "utf8");
        const constants = new Map(
          [...text.matchAll(/^const (\w+) = ("\w+");$/gm)].map(([, name, value]) => [name, value]),
        );
        return { contents: text.replace(/\[(_\w+)\]:/g, (_key, name) => `${constants.get(name) ?? `[${name}]`}:`) };
      },
    );
  },
};

// Built beside and then put in place: who runs the program meanwhile meets the old one or the new one.
const next = "dist.next";
await rm(`${root}${next}`, { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: { cli: "src/cli.ts", index: "src/index.ts", "sandbox-daemon": "src/sandbox/daemon.ts" },
  outdir: next,
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  mainFields: ["module", "main"],
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  metafile: true,
  plugins: [commanderWithoutPrograms, awsSchemasWithPlainKeys],
  // Some dependencies are CommonJS inside and call require for Node's own modules.
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";const require=/* @__PURE__ */__createRequire(import.meta.url);',
  },
  logLevel: "warning",
});
await mergeStartChunks(root, result.metafile.outputs, `${next}/cli.js`);
await rm(`${root}dist`, { recursive: true, force: true });
await rename(`${root}${next}`, `${root}dist`);
const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
console.error(`built dist/: ${Object.keys(result.metafile.outputs).length} files, ${Math.round(bytes / 1024)} KiB`);
