// Figures of a sample.

/** The value that the share `q` of the sample does not exceed. */
export function quantile(sample, q) {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}

export function median(sample) {
  return quantile(sample, 0.5);
}

/** A row's figures in milliseconds. */
export function summary(sampleMs) {
  return {
    medianMs: round(median(sampleMs)),
    p90Ms: round(quantile(sampleMs, 0.9)),
    leastMs: round(Math.min(...sampleMs)),
    mostMs: round(Math.max(...sampleMs)),
  };
}

/** Three digits are more than any of these figures is good for. */
export function round(value) {
  return Number(value.toPrecision(3));
}
