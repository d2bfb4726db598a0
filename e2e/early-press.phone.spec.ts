import { expect, type Page, test } from "@playwright/test";
import { connect, rows, subscriptions, visit } from "./helpers.ts";
import { fire, isStored } from "./live-steps.ts";

/** Keeps the page's scripts back, as a slow network does, until they are let go; what stands in the page itself runs. */
async function holdScripts(page: Page): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route("**/_next/static/**/*.js", async (route) => {
    await promise;
    await route.fallback();
  });
  return resolve;
}

const hasScripts = (page: Page) =>
  page.evaluate(() => Object.keys(document.body).some((key) => key.startsWith("__reactProps$")));

test("what is pressed before the page's scripts have come is done once they have", async ({ page }) => {
  const said: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") said.push(message.text());
  });
  let letGo = await holdScripts(page);
  await page.goto("/sign-in", { waitUntil: "commit" });
  await page.getByRole("button", { name: "Sign in with Microsoft" }).tap();
  expect(await hasScripts(page)).toBe(false);
  letGo();
  await page.getByRole("button", { name: "Ana Admin" }).tap();
  await page.waitForURL(/\/detections/);
  await connect(page, "Azure Production", subscriptions.production);
  // one that no other journey acknowledges
  await fire(page, "Pressed before its time");
  await isStored(page, "Pressed before its time");
  await visit(page, "/detections?range=all&q=before");
  const row = rows(page).filter({ hasText: "Pressed before its time" }).getByRole("link");
  const href = (await row.getAttribute("href")) ?? "";

  letGo = await holdScripts(page);
  await page.goto(href, { waitUntil: "commit" });
  const acknowledge = page.getByRole("button", { name: "Acknowledge" });
  // without its styles the page shows the desktop's too
  await expect(acknowledge).toHaveCount(1);
  await acknowledge.tap();
  expect(await hasScripts(page)).toBe(false);
  await expect(page.getByText("acknowledged by")).toHaveCount(0);
  letGo();
  await expect(page.getByText("acknowledged by Ana Admin")).toBeVisible();
  // nothing of the page's own policy stood in its way
  expect(said).toEqual([]);
});
