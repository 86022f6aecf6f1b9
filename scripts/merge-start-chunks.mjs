// Second step of the build: one file of the chunks that every start loads. esbuild makes a chunk of each combination of
// users that a piece of code has, and each file of a module graph costs a start one to two milliseconds.
import { readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { build } from "esbuild";

/**
 * Merges what `entry` loads with itself into chunks/start.js beside it, for all who import any of it.
 * @param root the project's directory
 * @param outputs of esbuild's metafile; brought up to date
 */
export async function mergeStartChunks(root, outputs, entry) {
  const target = `${dirname(entry)}/chunks/start.js`;
  const chunks = [...staticImports(outputs, entry)];
  const merged = await build({
    absWorkingDir: root,
    stdin: { contents: chunks.map((path) => `export * from "./${path}";`).join("\n"), resolveDir: root },
    outfile: target,
    bundle: true,
    format: "esm",
    platform: "node",
    minifySyntax: true,
    minifyWhitespace: true,
    metafile: true,
  });
  // `export *` leaves out, without a word, a name that two files have.
  const names = chunks.flatMap((path) => outputs[path].exports);
  if (new Set(names).size !== names.length) throw new Error(`chunks export the same name: ${names.sort().join(" ")}`);
  for (const path of chunks) {
    delete outputs[path];
    await rm(root + path);
  }
  const chunkNames = new RegExp(chunks.map((path) => basename(path, ".js")).join("|"), "g");
  for (const path of Object.keys(outputs)) {
    const text = await readFile(root + path, "utf8");
    await writeFile(root + path, text.replace(chunkNames, basename(target, ".js")));
  }
  Object.assign(outputs, merged.metafile.outputs);
}

/** The files that a file loads with itself, and those that they load. */
function staticImports(outputs, path, found = new Set()) {
  for (const { path: imported, kind, external } of outputs[path].imports) {
    if (kind !== "import-statement" || external || found.has(imported)) continue;
    found.add(imported);
    staticImports(outputs, imported, found);
  }
  return found;
}
