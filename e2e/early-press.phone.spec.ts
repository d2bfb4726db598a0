import { expect, type Page, test } from "@playwright/test";
import { arrive, connect, rows, subscriptions, visit } from "./helpers.ts";
import { fire, isStored } from "./live-steps.ts";

/**
 * Delays the page's script files, as a slow network does, until the returned function is called. Inline scripts aren't
 * delayed.
 */
async function holdScripts(page: Page): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route("**/_next/static/**/*.js*", async (route) => {
    await promise;
    await route.fallback();
  });
  return resolve;
}

const hasScripts = (page: Page) =>
  page.evaluate(() => Object.keys(document.body).some((key) => key.startsWith("__reactProps$")));

test("a button pressed before the page's scripts have loaded works once they have", async ({ page }) => {
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  let releaseScripts = await holdScripts(page);
  await page.goto("/sign-in", { waitUntil: "commit" });
  await page.getByRole("button", { name: "Sign in with Microsoft" }).tap();
  expect(await hasScripts(page)).toBe(false);
  releaseScripts();
  await page.getByRole("button", { name: "Ana Admin" }).tap();
  await arrive(page);
  await connect(page, "Azure Production", subscriptions.production);
  // an alert that no other journey acknowledges
  await fire(page, "Pressed before its time");
  await isStored(page, "Pressed before its time");
  await visit(page, "/detections?range=all&q=before");
  const row = rows(page).filter({ hasText: "Pressed before its time" }).getByRole("link");
  const href = (await row.getAttribute("href")) ?? "";

  releaseScripts = await holdScripts(page);
  await page.goto(href, { waitUntil: "commit" });
  const acknowledge = page.getByRole("button", { name: "Acknowledge" });
  // without its styles the page also shows what only desktops do
  await expect(acknowledge).toHaveCount(1);
  await acknowledge.tap();
  expect(await hasScripts(page)).toBe(false);
  await expect(page.getByText("yours since")).toHaveCount(0);
  releaseScripts();
  await expect(page.getByText("yours since")).toBeVisible();
  // no violation of the page's Content-Security-Policy
  expect(errors).toEqual([]);
});
