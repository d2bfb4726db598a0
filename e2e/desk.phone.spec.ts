import { expect, test } from "@playwright/test";
import { connect, rows, signIn, subscriptions, visit } from "./helpers.ts";

test("a phone shows six detections or more, the first close to the top", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await visit(page, "/detections?view=all");
  await expect(rows(page).first()).toBeVisible();
  const bar = await page.getByRole("navigation", { name: "Main" }).boundingBox();
  const boxes = await Promise.all((await rows(page).all()).map((row) => row.boundingBox()));
  const whole = boxes.flatMap((box) => (box && box.y + box.height <= (bar?.y ?? 0) ? [box] : []));
  expect(whole.length).toBeGreaterThanOrEqual(6);
  expect(whole[0]?.y).toBeLessThanOrEqual(180);
  expect(Math.min(...whole.map(({ height }) => height))).toBeGreaterThanOrEqual(64);
});
