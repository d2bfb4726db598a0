import { defineConfig } from "@playwright/test";
import { paperStack, stack, stacks } from "./e2e/stack.ts";

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
      // an emulated GPU costs a third of a core
      "--disable-gpu",
    ],
  },
};

const desktop = { width: 1440, height: 900 };

/** journeys that take long, and whose faults are rare or show elsewhere first; they run with the long parts */
const long = [
  "browsers.spec.ts",
  "organisations.spec.ts",
  "outgoing-webhook.spec.ts",
  "people.spec.ts",
  "shift.spec.ts",
  "webhooks-deliveries.spec.ts",
];

export default defineConfig({
  testDir: "e2e",
  outputDir: ".pocketsoc/playwright",
  // one worker for each stack
  workers: stacks.length || 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // no traces: they would double the time of every step
  use: { baseURL: stack.portalUrl, screenshot: "only-on-failure" },
  projects: [
    // first, because it needs an empty portal
    { name: "guide", testMatch: "guide.spec.ts", use: { ...chromium, viewport: desktop } },
    {
      // on a stack of its own, whichever worker runs it
      name: "paper",
      testMatch: "paper-vendor.spec.ts",
      use: { ...chromium, viewport: desktop, baseURL: paperStack.portalUrl },
    },
    {
      name: "desktop",
      testIgnore: [
        "guide.spec.ts",
        "accessibility.spec.ts",
        "paper-vendor.spec.ts",
        "idle.spec.ts",
        "*.phone.spec.ts",
        ...long,
      ],
      use: { ...chromium, viewport: desktop },
    },
    { name: "long", testMatch: long, use: { ...chromium, viewport: desktop } },
    // mostly waits
    { name: "idle", testMatch: "idle.spec.ts", use: { ...chromium, viewport: desktop } },
    {
      name: "phone",
      testMatch: "*.phone.spec.ts",
      use: { ...chromium, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    },
    { name: "accessibility", testMatch: "accessibility.spec.ts", use: { ...chromium, viewport: desktop } },
  ],
});
