import { type Resources, amount, sizeText } from "../pool/resources.js";

/** Resources for people: `2 cpu, 4.0GiB mem, 100.0GiB disk`; what is zero is left out. */
export function resourcesSentence(resources: Resources): string {
  const parts = [
    amount(resources, "cpu") > 0 ? `${cpuText(amount(resources, "cpu"))} cpu` : "",
    amount(resources, "mem") > 0 ? `${sizeText(amount(resources, "mem"))} mem` : "",
    amount(resources, "disk") > 0 ? `${sizeText(amount(resources, "disk"))} disk` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

/** Used of total vCPUs, `2/16`; `-` until the reflowlet has said. */
export function cpuUsage(total: Resources, available: Resources): string {
  const all = amount(total, "cpu");
  return all === 0 ? "-" : `${cpuText(all - amount(available, "cpu"))}/${cpuText(all)}`;
}

/** Used of total bytes in the unit of the total, `12/62.5GiB`; `-` until the reflowlet has said. */
export function sizeUsage(total: Resources, available: Resources, key: "mem" | "disk"): string {
  const all = amount(total, key);
  if (!(all > 0)) return "-";
  const text = sizeText(all);
  const unit = text.replace(/^[\d.]+/, "");
  const bytesPerUnit = 1024 ** UNITS.indexOf(unit);
  const used = (all - amount(available, key)) / bytesPerUnit;
  return `${Number(used.toFixed(1))}/${text}`;
}

/** As sizeText names them, each 1024 times the one before. */
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/** Up to two decimals, as few as needed. */
function cpuText(cpus: number): string {
  return String(Number(cpus.toFixed(2)));
}
