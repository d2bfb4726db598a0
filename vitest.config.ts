import { defineConfig } from "vitest/config";

const exclude = ["node_modules/**", ".next/**", ".pocketsoc/**", "e2e/**"];

export default defineConfig({
  test: {
    maxWorkers: 4,
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.ts", "**/*.test.tsx"],
          exclude: [
            ...exclude,
            "**/*.integration.test.ts",
            "**/*.slow.test.ts",
            "**/*.web.test.ts",
            "**/*.long.test.ts",
            "**/*.debian.test.ts",
          ],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "integration",
          // the modules load once per worker, not once per file
          isolate: false,
          restoreMocks: true,
          include: ["**/*.integration.test.ts"],
          exclude,
          globalSetup: ["test/global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        // like integration, but longer than a person wants to wait
        test: {
          name: "slow",
          // the modules load once per worker, not once per file
          isolate: false,
          restoreMocks: true,
          include: ["**/*.slow.test.ts"],
          exclude,
          globalSetup: ["test/global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        // these run PostgreSQL, PgBouncer, nginx and Caddy of Debian, configured as operators have them
        test: {
          name: "debian",
          include: ["**/*.debian.test.ts"],
          exclude,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // these run against the built portal and kill its processes, so one file at a time
        test: {
          name: "web",
          include: ["**/*.web.test.ts"],
          exclude,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // like web, but longer than a person wants to wait
        test: {
          name: "long",
          include: ["**/*.long.test.ts"],
          exclude,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
