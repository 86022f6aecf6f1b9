import { createHash } from "node:crypto";

/** Contrast of texts is 4.5:1 at least, that of the outlines of marks against the page 3:1, in both schemes. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #1b1f24; --faint: #57606a; --line: #c4cbd3; --panel: #f4f6f8;
  --good: #116329; --bad: #a40e26; --warn: #7a4b00; --focus: #0a5ccc;
  --tone0: #2f6fb7; --tone1: #a9cdf2; --tone2: #7a5195; --tone3: #f0c987; --on-dark: #ffffff; --on-light: #10253b;
  --on-tone0: var(--on-dark); --on-tone1: var(--on-light); --on-tone2: var(--on-dark); --on-tone3: var(--on-light); --dot: #1b1f24;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --ink: #e8ebef; --faint: #a8b1bb; --line: #444c56; --panel: #1f242a;
    --good: #6fdd8b; --bad: #ff9ba1; --warn: #f0b95a; --focus: #7fb8ff;
    --tone0: #8cc0f5; --tone1: #2b5c91; --tone2: #d3b3ea; --tone3: #7a5a1e; --on-dark: #ffffff; --on-light: #0c1c2c;
    --on-tone0: var(--on-light); --on-tone1: var(--on-dark); --on-tone2: var(--on-light); --on-tone3: var(--on-dark); --dot: #e8ebef;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
p { margin: .5rem 0; max-width: 48rem; }
.headline { font-size: 1.1rem; font-weight: 600; }
.faint { color: var(--faint); }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
.warn { color: var(--warn); font-weight: 600; }
dl { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: .75rem 0; }
dl div { display: flex; gap: .4rem; }
dt { color: var(--faint); }
dd { margin: 0; }
.scroll { overflow-x: auto; margin: .75rem 0; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
table { border-collapse: collapse; font-size: .9rem; overflow-wrap: normal; }
caption { text-align: left; color: var(--faint); padding-bottom: .35rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.chart { list-style: none; margin: .75rem 0; padding: 0; }
.chart li { margin: 0 0 .9rem; }
.row { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; font-size: .9rem; }
.row strong { font-weight: 600; }
svg { display: block; width: 100%; overflow: visible; }
svg text { font-size: 11px; font-family: inherit; }
.axis text { fill: var(--faint); }
.axis line { stroke: var(--line); }
.segment { stroke: var(--ink); stroke-width: 1px; }
.tone0 { fill: var(--tone0); } text.tone0 { fill: var(--on-tone0); }
.tone1 { fill: var(--tone1); } text.tone1 { fill: var(--on-tone1); }
.tone2 { fill: var(--tone2); } text.tone2 { fill: var(--on-tone2); }
.tone3 { fill: var(--tone3); } text.tone3 { fill: var(--on-tone3); }
.whisker { stroke: var(--dot); stroke-width: 1.5px; }
.sample { fill: var(--page); stroke: var(--dot); stroke-width: 1.5px; }
.nominal { fill: none; stroke: var(--faint); stroke-width: 1.5px; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; margin: .5rem 0; font-size: .9rem; }
.legend li { display: flex; align-items: center; gap: .35rem; }
.legend svg { width: 1.5rem; flex: none; }
details { border: 1px solid var(--line); border-radius: .25rem; margin: .5rem 0; padding: .4rem .75rem; }
summary { cursor: pointer; font-weight: 600; }
pre { background: var(--panel); padding: .75rem; overflow-x: auto; font-size: .8rem; line-height: 1.4; margin: .5rem 0; }
pre:focus-visible { outline: 2px solid var(--focus); }
@media print {
  :root { color-scheme: light; --page: #fff; --ink: #000; --faint: #444; --line: #999; --panel: #fff;
    --good: #116329; --bad: #a40e26; --warn: #7a4b00; 
    --tone0: #2f6fb7; --tone1: #a9cdf2; --tone2: #7a5195; --tone3: #f0c987; --on-dark: #fff; --on-light: #10253b;
    --on-tone0: #fff; --on-tone1: #10253b; --on-tone2: #fff; --on-tone3: #10253b; --dot: #000; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  svg, pre { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .chart li, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  .scroll, pre { overflow: visible; }
  table { font-size: 7.5pt; overflow-wrap: anywhere; }
  th, td { padding-right: .4rem; }
  .number, thead th { white-space: normal; }
  pre { white-space: pre-wrap; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;

/** What the page may do: show itself with this one style sheet, and nothing else. */
export const POLICY =
  `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; img-src data:; ` +
  `base-uri 'none'; form-action 'none'`;
