/**
 * A resource vector: `mem` and `disk` in bytes, `cpu` in vCPUs (fractions allowed), features such as `intel_avx` one
 * unit per vCPU. A missing key reads as 0.
 */
export type Resources = Readonly<Record<string, number>>;
