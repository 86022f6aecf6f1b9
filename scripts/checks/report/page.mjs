// Opens pages in headless Chromium: page.mjs CHROMIUM NODE_MODULES PAGE... Fails on anything on the console, on any request
// but the page itself, on a page wider than the screen, on what axe finds, and where print would hide a failure.
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [executablePath, modules, ...pages] = process.argv.slice(2);
const load = createRequire(path.join(path.resolve(modules), "x.js"));
const { chromium } = load("playwright-core");
const axe = load("axe-core");
const kept = process.env.REPORT_SHOTS;
const shots = kept ?? (await mkdtemp(path.join(os.tmpdir(), "reflow-ec2-shots-")));

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const problems = [];
try {
  for (const page of pages) {
    for (const width of [320, 1200]) {
      for (const colorScheme of ["light", "dark"]) await look(path.resolve(page), width, colorScheme);
    }
  }
} finally {
  await browser.close();
  if (kept === undefined) await rm(shots, { recursive: true });
}
for (const problem of problems) console.error(`report.sh: failed: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;

async function look(file, width, colorScheme) {
  const name = `${path.basename(file, ".html")}-${width}-${colorScheme}`;
  const fail = (problem) => problems.push(`${name}: ${problem}`);
  const address = pathToFileURL(file).href;
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  page.on("console", (message) => fail(`on the console: ${message.text()}`));
  page.on("pageerror", (error) => fail(`threw: ${error.message}`));
  page.on("request", (request) => {
    if (request.url() !== address && !request.url().startsWith("data:")) fail(`asked for ${request.url()}`);
  });
  await page.goto(address);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > width) fail(`is ${wide} pixels wide`);
  const styled = await page.evaluate(() => getComputedStyle(document.body).getPropertyValue("--ink") !== "");
  if (!styled) fail("its style sheet is refused by its own policy");
  await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  await page.screenshot({ path: path.join(shots, `${name}-open.png`), fullPage: true });
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
  for (const { id, nodes } of violations) fail(`axe: ${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  if (passes.length === 0) fail("axe looked at nothing");
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = false)));
  await page.emulateMedia({ media: "print" });
  // A4 less the usual margins.
  await page.setViewportSize({ width: 718, height: 1000 });
  const printed = await page.evaluate(() => document.documentElement.scrollWidth);
  if (printed > 718) fail(`is ${printed} pixels wide on paper`);
  const hidden = await page.evaluate(
    () =>
      [...document.querySelectorAll("details > *")].filter((part) => part.getBoundingClientRect().height === 0).length,
  );
  if (hidden > 0) fail(`${hidden} parts of failures would not be printed`);
  await page.pdf({ path: path.join(shots, `${name}.pdf`) });
  await context.close();
}
