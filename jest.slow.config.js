import config from "./jest.config.js";

/** What waits for real minutes to pass; `npm run test:slow`. */
export default {
  ...config,
  testMatch: ["<rootDir>/test/**/*.slow.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
};
