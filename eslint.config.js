import tseslint from "typescript-eslint";

const timers = ["setTimeout", "setInterval", "setImmediate"].map((name) => ({
  name,
  message: "Time comes from the Clock that is handed in (src/lib/clock.ts).",
}));

export default tseslint.config(
  { ignores: ["dist/", "dist.next/", "node_modules/", "data/", "test/fixtures/", "coverage/"] },
  {
    files: ["src/**/*.ts", "test/**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  {
    // Everything the program does depends on what it is handed; these are the doors.
    files: ["src/**/*.ts"],
    ignores: ["src/world.ts", "src/cli.ts", "src/lib/clock.ts", "src/sandbox/daemon.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        ...timers,
        { name: "process", message: "The process is known to src/world.ts alone." },
      ],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "Time comes from the Clock." },
        { object: "Math", property: "random", message: "Randomness comes from the world." },
      ],
    },
  },
);
