import { expect, test } from "@playwright/test";
import { boxesOf, connect, rows, signIn, subscriptions, visit } from "./helpers.ts";

test("a phone shows cards, filters in a sheet, the detail as a page, and status changes within a thumb's reach", async ({
  page,
}) => {
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await visit(page, "/detections?status=active");
  await expect(rows(page).first()).toBeVisible();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);

  await page.getByRole("button", { name: "Filters (1)" }).tap();
  await page.getByRole("checkbox", { name: /^Medium/ }).check();
  await expect(page).toHaveURL(/severity=medium/);
  await page.getByRole("button", { name: "Show results" }).tap();
  await expect(page.getByRole("button", { name: "Filters (2)" })).toBeVisible();
  await expect(rows(page).filter({ hasText: "High" })).toHaveCount(0);

  await rows(page).getByRole("link").first().tap();
  await expect(page).toHaveURL(/\/detections\/[0-9a-f-]{36}$/);
  await page.getByRole("button", { name: "Change status" }).last().tap();
  await page.getByRole("radio", { name: /^In Progress/ }).check();
  await page.getByRole("button", { name: "Set In Progress" }).tap();
  await expect(page.getByText("Azure confirmed In Progress").first()).toBeVisible({ timeout: 30_000 });
  const buttons = (await boxesOf(page.getByRole("button"))).filter(({ width }) => width > 0);
  expect(buttons.length).toBeGreaterThan(0);
  for (const { width, height } of buttons) expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
  await page.getByRole("button", { name: "Detections" }).tap();
  await expect(rows(page).first()).toBeVisible();
});
