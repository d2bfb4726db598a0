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
      // there is none: drawing through an emulated one costs a third of a core
      "--disable-gpu",
    ],
  },
};

export default defineConfig({
  testDir: "e2e",
  outputDir: ".pocketsoc/playwright",
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // a trace of every step costs as much as the steps themselves; a picture of a failure costs nothing
  use: { baseURL: process.env.E2E_PORTAL_URL, screenshot: "only-on-failure" },
  projects: [
    // the guide begins with an empty portal; what it connects is there for the others
    {
      name: "guide",
      testMatch: "guide.spec.ts",
      use: { ...chromium, viewport: { width: 1440, height: 900 } },
    },
    {
      name: "desktop",
      dependencies: ["guide"],
      testIgnore: ["guide.spec.ts", "*.phone.spec.ts"],
      use: { ...chromium, viewport: { width: 1440, height: 900 } },
    },
    {
      name: "phone",
      dependencies: ["guide"],
      testMatch: "*.phone.spec.ts",
      use: { ...chromium, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    },
  ],
});
