import { expect, type Page, test } from "@playwright/test";
import postgres from "postgres";
import { arrive, control, subscriptions, visit } from "./helpers.ts";
import { stack } from "./stack.ts";

const owner = postgres(stack.databaseUrl, { max: 1, onnotice: () => {} });
test.afterAll(() => owner.end());

/** Signs in with a new session, because the shared one must not end. */
async function signInAnew(page: Page): Promise<void> {
  await visit(page, "/detections");
  await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await page.getByRole("button", { name: "Ana Admin" }).click();
  await arrive(page);
}

/** Makes the newest session's idle time end in `seconds`, as if its page had stood untouched. */
const endIn = (seconds: number) =>
  owner.unsafe(`update sessions set last_seen_at = now() - interval '30 minutes' + interval '${seconds} seconds'
    where id_hash = (select id_hash from sessions where revoked_at is null order by created_at desc limit 1)`);

const pages = [
  "/detections",
  "/settings",
  "/settings/team",
  "/settings/webhooks",
  "/settings/deliveries",
  "/settings/accounts",
  "/settings/outgoing-webhook",
  "/settings/configurations/new",
];
test("pages that nobody touches sign their person out, whatever they reread and whatever arrives", async ({
  page,
  context,
  request,
}) => {
  test.setTimeout(120_000);
  await signInAnew(page);
  for (const path of pages) await visit(await context.newPage(), path);
  await endIn(20);
  for (let second = 0; second < 24; second += 4) {
    await control("POST", "/alerts", { subscriptionId: subscriptions.production, count: 1 });
    await page.waitForTimeout(4_000);
  }
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  expect((await request.get("/api/feed/summary", { headers: { cookie } })).status()).toBe(401);
});

test("a page warns before the end, and “Stay signed in” counts", async ({ page }) => {
  await signInAnew(page);
  await endIn(60);
  await visit(page, "/settings/team");
  // opening the page was activity
  await expect(page.getByText("You are about to be signed out")).toHaveCount(0);
  await endIn(60);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await expect(page.getByText("You are about to be signed out")).toBeVisible();
  await page.getByRole("button", { name: "Stay signed in" }).click();
  await expect(page.getByText("You are about to be signed out")).toHaveCount(0);
  const [row] = await owner<{ touched: boolean }[]>`
    select last_seen_at > now() - interval '1 minute' as touched from sessions
    where revoked_at is null order by created_at desc limit 1`;
  expect(row?.touched).toBe(true);
});
