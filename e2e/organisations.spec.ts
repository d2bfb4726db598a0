import { execFileSync } from "node:child_process";
import { expect, test } from "@playwright/test";
import { connect, rows, signIn, subscriptions, visit } from "./helpers.ts";
import { stack } from "./stack.ts";

test("two organisations of one directory see nothing of each other", async ({ page, browser, request }) => {
  execFileSync(
    process.execPath,
    ["scripts/org.ts", "create", "Contoso Retail", "--admin", "viewer@contoso.example"],
    { env: { ...process.env, POCKETSOC_STATE_DIR: stack.stateDir } },
  );
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await visit(page, "/detections?range=all");
  const address = await rows(page).getByRole("link").first().getAttribute("href");
  const id = address?.split("/").at(-1) ?? "";
  await visit(page, "/settings");
  const settings = await page.getByRole("link", { name: /^Edit/ }).first().getAttribute("href");

  const other = await browser.newPage();
  await signIn(other, "Vera Viewer");
  await expect(other.getByText("Contoso Retail")).toBeVisible();
  await expect(other.getByText("Connect your first subscription")).toBeVisible();
  for (const foreign of [`/detections/${id}`, settings ?? ""]) {
    const answer = await visit(other, foreign);
    expect(answer?.status()).toBe(404);
    await expect(other.getByText("This isn't here")).toBeVisible();
  }
  const api = await other.request.get(`/api/feed/${id}`);
  expect(api.status()).toBe(404);
  const byId = (await (await other.request.get(`/api/feed?id=${id}`)).json()) as { items: unknown[] };
  expect(byId.items).toEqual([]);
  expect((await request.get(`/api/feed/${id}`)).status()).toBe(401);
  // both organisations may read the same subscription, and stay separate
  await connect(other, "Retail's own", subscriptions.production);
  await visit(other, "/detections?range=all");
  await expect(rows(other).filter({ hasText: "Azure Production" })).toHaveCount(0);
  await expect(rows(other).filter({ hasText: "Retail's own" }).first()).toBeVisible();
});
