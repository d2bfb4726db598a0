import { defineConfig } from "@playwright/test";

const chromium = {
  browserName: "chromium" as const,
  launchOptions: {
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  },
};

export default defineConfig({
  testDir: "e2e",
  outputDir: ".pocketsoc/playwright",
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: { baseURL: process.env.E2E_PORTAL_URL, trace: "retain-on-failure" },
  projects: [
    {
      name: "desktop",
      testIgnore: "*.phone.spec.ts",
      use: { ...chromium, viewport: { width: 1440, height: 900 } },
    },
    {
      name: "phone",
      testMatch: "*.phone.spec.ts",
      use: { ...chromium, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    },
  ],
});
