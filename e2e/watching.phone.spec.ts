import { expect, test } from "@playwright/test";
import { connect, rows, signIn, subscriptions, visit } from "./helpers.ts";
import { fire, isLive, workElsewhere, write } from "./live-steps.ts";

test("on a phone new detections wait behind a button, and a detection's page updates itself", async ({
  page,
}) => {
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await visit(page, "/detections?range=all");
  await isLive(page);
  await fire(page, "Live: in a pocket");
  const button = page.getByRole("button", { name: "1 new · 1 High" });
  await expect(button).toBeVisible({ timeout: 20_000 });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await button.tap();
  await rows(page).filter({ hasText: "Live: in a pocket" }).getByRole("link").tap();
  await expect(page).toHaveURL(/\/detections\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("article").getByRole("button", { name: "Acknowledge" })).toBeVisible();
  const id = page.url().split("/").at(-1);
  await write(page, `/api/v1/detections/${id}/acknowledge`);
  await expect(page.getByText("yours since")).toBeVisible({ timeout: 20_000 });
  await workElsewhere(page, "Live: in a pocket");
  await expect(page.getByText(/Status changed in Azure: Active → In Progress, /)).toBeVisible({
    timeout: 20_000,
  });
  // the actions end where the navigation begins
  const bottomOf = async (name: string) => {
    const box = await page.getByRole("button", { name, exact: true }).last().locator("..").boundingBox();
    return box && box.y + box.height;
  };
  const navigation = await page.getByRole("navigation").boundingBox();
  expect(Math.abs(((await bottomOf("Change status")) ?? 0) - (navigation?.y ?? 0))).toBeLessThanOrEqual(1);
});
