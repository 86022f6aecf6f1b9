// Turns a folder of source data (instance types, prices, offerings, spot advisor, measured memory) into the compact
// files of data/, which load fast and one region at a time. The same source gives the same bytes.
//
//   npm run data -- SOURCE [OUT]     OUT is data/ of this project by default
//
// docs/catalogue.md describes both sides.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Share of the machine's memory that a reflowlet offers; the measured figures are offers. */
const OFFERED_SHARE = 0.95;
const MIB = 2 ** 20;
/** Volumes are priced by us-east-1's list, scaled by how much dearer a region's instances are. */
const REFERENCE_REGION = "us-east-1";

const FLAGS = {
  c: "generationCurrent",
  m: "bareMetal",
  b: "burstable",
  n: "ebsNvme",
  s: "spotSupported",
  f: "probeFailed",
};
const TYPE_COLUMNS = [
  "vcpu",
  "memoryMiB",
  "flags",
  "architectures",
  "ebsOptimized",
  "ebsBaselineMBps",
  "ebsMaxMBps",
  "instanceStorageGB",
  "gpus",
  "osMemoryMiB",
  "features",
];
const REGION_COLUMNS = ["onDemandUsd", "spotSavingsPct", "interruption", "verifiedBytes", "bootSeconds"];

/** Sources whose figures end up in data/. */
const USED_SOURCES =
  "moto, moto offerings, karpenter, karpenter prices, parsec, ec2shop, reflow, spotinfo, vantage".split(", ");

const [source, out = fileURLToPath(new URL("../data", import.meta.url))] = process.argv.slice(2);
if (source === undefined) {
  console.error("usage: npm run data -- SOURCE [OUT]\nSOURCE holds instance-types.json, on-demand-prices.json, ...");
  process.exit(2);
}

const read = (name) => JSON.parse(readFileSync(path.join(source, name), "utf8"));
const instanceTypes = read("instance-types.json");
const prices = read("on-demand-prices.json");
const offerings = read("offerings.json");
const advisor = read("spot-advisor.json");
const osMemory = read("os-memory.json");
const probes = read("verified-memory.json");
const origins = sourceRows(readFileSync(path.join(source, "README.md"), "utf8"));

rmSync(path.join(out, "regions"), { recursive: true, force: true });
mkdirSync(path.join(out, "regions"), { recursive: true });
const regions = Object.keys(prices.prices).sort();
write("types.json", typesFile());
for (const region of regions) write(`regions/${region}.json`, regionFile(region));
writeFileSync(path.join(out, "SOURCES.md"), sourcesPage());

/** The facts of every type, whatever the region. */
function typesFile() {
  const architectures = dictionary();
  const ebsOptimized = dictionary();
  const features = dictionary();
  const rows = Object.entries(instanceTypes).map(([type, facts]) => {
    const failed = probesOf(type).length > 0 && !probesOf(type).some((probe) => probe.verified);
    const flags = Object.entries(FLAGS)
      .filter(([, field]) => (field === "probeFailed" ? failed : facts[field]))
      .map(([letter]) => letter);
    return [
      type,
      [
        facts.vcpu,
        facts.memoryMiB,
        flags.join(""),
        architectures.indexOf([...facts.arch].sort()),
        ebsOptimized.indexOf(facts.ebsOptimized),
        facts.ebsBaselineMBps ?? null,
        facts.ebsMaxMBps ?? null,
        facts.instanceStorageGB,
        facts.gpus,
        osMemoryMiB(type) ?? null,
        facts.cpuFeatures === undefined ? null : features.indexOf([...facts.cpuFeatures].sort()),
      ],
    ];
  });
  return {
    head: {
      asOf: { types: dateOf("moto"), memory: osMemory.asOf },
      sources: datesOf("moto", "karpenter", "reflow", "vantage"),
      columns: TYPE_COLUMNS,
      flags: FLAGS,
      architectures: architectures.values,
      ebsOptimized: ebsOptimized.values,
      features: features.values,
    },
    rows,
  };
}

/**
 * What an operating system saw: Reflow's own probes where there are any (they ran what we run; the lowest of the
 * regions), else the other measurement.
 */
function osMemoryMiB(type) {
  const offers = probesOf(type)
    .filter((probe) => probe.verified)
    .map((probe) => probe.memoryBytes);
  if (offers.length > 0) return Math.floor(Math.min(...offers) / OFFERED_SHARE / MIB);
  return osMemory.types[type]?.totalMiB;
}

function probesOf(type) {
  return Object.values(probes)
    .map((table) => table[type])
    .filter((probe) => probe?.attempted);
}

/** What one region adds: price, whether it is offered, spot advisor, and Reflow's probes there. */
function regionFile(region) {
  const offered = offerings.regions[region];
  const offeredHere = new Set(offered);
  const rows = [];
  const notOffered = [];
  for (const type of Object.keys(instanceTypes)) {
    const usd = prices.prices[region][type];
    const spot = advisor.linux[region]?.[type];
    const probe = probes[region]?.[type];
    const verified = probe?.verified ? probe : undefined;
    if (usd === undefined && !offeredHere.has(type)) continue;
    if (offered !== undefined && !offeredHere.has(type)) notOffered.push(type);
    rows.push([
      type,
      [
        usd ?? null,
        spot?.savingsPct ?? null,
        spot?.rangeIndex ?? null,
        verified?.memoryBytes ?? null,
        verified?.etaSeconds ?? null,
      ],
    ]);
  }
  const provenance = prices.provenance[region];
  return {
    head: {
      region,
      asOf: {
        prices: prices.sources[mostUsed(provenance)].date,
        advisor: advisor.linux[region] === undefined ? null : advisor.asOf,
        offerings: offered === undefined ? null : offerings.asOf,
        verified: probes[region] === undefined ? null : dateOf("reflow"),
      },
      sources: {
        ...Object.fromEntries(
          Object.entries(provenance).map(([id, count]) => [id, { date: prices.sources[id].date, prices: count }]),
        ),
        ...datesOf("moto offerings", "spotinfo", "reflow"),
      },
      priceLevel: priceLevel(region),
      columns: REGION_COLUMNS,
      notOffered,
    },
    rows,
  };
}

/** Most prices of a region come from one source; its date is the region's. */
function mostUsed(provenance) {
  return Object.entries(provenance).reduce((most, entry) => (entry[1] > most[1] ? entry : most))[0];
}

/** Median ratio of the region's prices to the reference region's, over the types that both sell. */
function priceLevel(region) {
  const reference = prices.prices[REFERENCE_REGION];
  const ratios = Object.entries(prices.prices[region])
    .filter(([type]) => reference?.[type] > 0)
    .map(([type, usd]) => usd / reference[type])
    .sort((a, b) => a - b);
  if (ratios.length === 0) return 1;
  return Number(ratios[Math.floor(ratios.length / 2)].toFixed(4));
}

/** Distinct values in order of appearance, so that rows hold short numbers. */
function dictionary() {
  const values = [];
  const texts = [];
  return {
    values,
    indexOf(value) {
      const text = JSON.stringify(value);
      if (!texts.includes(text)) {
        texts.push(text);
        values.push(value);
      }
      return texts.indexOf(text);
    },
  };
}

/** The table of sources in the folder's README: `| id | project | 2026-08-02 (commit) | licence |`. */
function sourceRows(readme) {
  return readme
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .filter((cells) => cells.length === 6 && /^\d{4}-\d{2}-\d{2}\b/.test(cells[3]))
    .map(([, id, project, date, licence]) => ({ id, project, date, licence }))
    .filter(({ id }) => USED_SOURCES.includes(id));
}

function datesOf(...ids) {
  return Object.fromEntries(ids.map((id) => [id, { date: dateOf(id) }]));
}

function dateOf(id) {
  const found = origins.find((origin) => origin.id === id);
  if (found === undefined) throw new Error(`README.md of ${source} has no dated source "${id}"`);
  return found.date.slice(0, 10);
}

function sourcesPage() {
  const lines = origins.map(({ id, project, date, licence }) => `| ${id} | ${project} | ${date} | ${licence} |`);
  return `# Where the catalogue's data comes from

Written by \`scripts/import-data.mjs\`; not edited by hand. The fields are described in \`docs/catalogue.md\`.

| id | project, file | date (commit) | licence |
| --- | --- | --- | --- |
${lines.join("\n")}

${regions.length} regions, ${Object.keys(instanceTypes).length} instance types. Prices are USD an hour, Linux, on-demand, shared tenancy.
A region's price date is that of the source that gave most of its prices (\`sources\` in its file counts them).
`;
}

/** One row a line, so that a refresh reads as a diff; unknown cells at the end of a row are left out. */
function write(name, { head, rows }) {
  const lines = rows.map(([key, cells]) => `${JSON.stringify(key)}:${JSON.stringify(trimmed(cells))}`);
  const fields = Object.entries(head).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  writeFileSync(path.join(out, name), `{\n${fields.join(",\n")},\n"types":{\n${lines.join(",\n")}\n}}\n`);
}

function trimmed(cells) {
  const last = cells.findLastIndex((cell) => cell !== null);
  return cells.slice(0, last + 1);
}
