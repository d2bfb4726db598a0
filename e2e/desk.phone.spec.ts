import { expect, test } from "@playwright/test";
import { boxesOf, connect, noticesHeight, rows, signIn, subscriptions, visit } from "./helpers.ts";

test("a phone shows six detections or more, the first close to the top", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await visit(page, "/detections?view=all");
  await expect(rows(page).first()).toBeVisible();
  const bar = await page.getByRole("navigation", { name: "Main" }).boundingBox();
  const whole = (await boxesOf(rows(page))).filter(({ y, height }) => y + height <= (bar?.y ?? 0));
  expect(whole.length).toBeGreaterThanOrEqual(6);
  expect((whole[0]?.y ?? Infinity) - (await noticesHeight(page))).toBeLessThanOrEqual(180);
  expect(Math.min(...whole.map(({ height }) => height))).toBeGreaterThanOrEqual(64);
});
