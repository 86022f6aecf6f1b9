import { transformSync } from "esbuild";

/** Turns TypeScript into ES modules for jest, file by file: types are checked by `npm run typecheck`. */
export default {
  process(source, path) {
    const { code } = transformSync(source, {
      loader: "ts",
      format: "esm",
      target: "node20",
      sourcefile: path,
      sourcemap: "inline",
    });
    return { code };
  },
};
