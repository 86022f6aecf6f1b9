/** Tests run as ES modules (chalk and ora are nothing else), transpiled file by file; types are checked by `npm run typecheck`. */
export default {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // What takes minutes is for `npm run test:slow`.
  testPathIgnorePatterns: ["/node_modules/", "\\.slow\\.test\\.ts$"],
  extensionsToTreatAsEsm: [".ts"],
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  transform: {
    // Each file by itself, as the compiler's isolatedModules promises; decisions about types are tsc's.
    "^.+\\.ts$": "<rootDir>/test/support/esbuild-transform.mjs",
  },
  // The end-to-end tests wait more than they work: as many workers as cores, not one less.
  maxWorkers: "100%",
  // Some tests live through hours of a fake clock, which on a busy machine takes seconds.
  testTimeout: 20_000,
  randomize: true,
  errorOnDeprecated: true,
  injectGlobals: false,
};
