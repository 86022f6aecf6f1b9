#!/usr/bin/env node
// Checks that this Node can run the program and that the program is built, then hands over to it.
import { existsSync } from "node:fs";

const program = new URL("../dist/cli.js", import.meta.url);
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`error: reflow-ec2 needs Node 20.19 or newer; this is ${process.version}\n`);
  process.exitCode = 2;
} else if (!existsSync(program)) {
  process.stderr.write("error: reflow-ec2 is not built\nhint: run `npm run build` in its directory\n");
  process.exitCode = 2;
} else {
  await import(program.href);
}
