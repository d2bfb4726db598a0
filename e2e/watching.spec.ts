import { expect, type Page, test } from "@playwright/test";
import { connect, rows, signIn, subscriptions, visit } from "./helpers.ts";
import { fire, isLive, isStored, openProxy, workElsewhere, write } from "./live-steps.ts";

const soon = { timeout: 20_000 };
const waiting = (page: Page, text: string | RegExp) => page.getByRole("button", { name: text });

test.beforeEach(async ({ page }) => {
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
});

test("a new alert is announced on every open screen, and its row waits until it is requested", async ({
  page,
  browser,
}) => {
  const other = await (await browser.newContext()).newPage();
  await signIn(other, "Ana Admin");
  for (const screen of [page, other]) {
    await visit(screen, "/detections?range=all");
    await isLive(screen);
  }
  const requested: string[] = [];
  page.on("request", (request) => requested.push(new URL(request.url()).pathname));
  await fire(page, "Live: seen on both");
  for (const screen of [page, other]) {
    await expect(waiting(screen, "1 new · 1 High")).toBeVisible(soon);
    await expect(screen).toHaveTitle("(1) Detections · PocketSOC");
    await expect(rows(screen).filter({ hasText: "Live: seen on both" })).toHaveCount(0);
  }
  await page.keyboard.press(".");
  await expect(rows(page).first()).toContainText("Live: seen on both");
  await expect(page).toHaveTitle("Detections · PocketSOC");
  await waiting(other, "1 new · 1 High").click();
  await expect(rows(other).first()).toContainText("Live: seen on both");
  // the event carried the row, so only the counts are requested
  expect(requested.filter((path) => path !== "/api/feed/summary")).toEqual([]);
  await other.context().close();
});

test("rows don't move under the analyst, neither for new ones nor for one that no longer matches", async ({
  page,
}) => {
  await visit(page, "/detections?status=active&range=all");
  await isLive(page);
  await expect(async () => {
    await page.keyboard.press("j");
    await expect(rows(page).nth(2).getByRole("link")).toBeFocused({ timeout: 500 });
  }).toPass();
  const focused = page.locator("[data-row]:focus");
  const id = (await focused.getAttribute("data-row")) ?? "";
  await page.keyboard.press("x");
  const row = page.locator(`[data-row="${id}"]`);
  const before = await row.boundingBox();
  await fire(page, "Live: many at once", { count: 30, severity: "Medium" });
  await expect(waiting(page, /^30 new/)).toBeVisible(soon);
  expect((await row.boundingBox())?.y).toBe(before?.y);
  await expect(row).toBeFocused();
  await expect(rows(page).filter({ has: row }).getByRole("checkbox")).toBeChecked();

  await write(page, `/api/v1/detections/${id}/status`, { to: "in_progress", expected: "active" });
  await expect(rows(page).filter({ has: row })).toContainText("owned now", soon);
  expect((await row.boundingBox())?.y).toBe(before?.y);
  await expect(row).toBeFocused();
  await page.keyboard.press("Escape");
  for (let step = 0; step < 3; step++) await page.keyboard.press("j");
  await expect(row).toHaveCount(0);
  await page.keyboard.press(".");
  await expect(rows(page).first()).toContainText("Live: many at once");
});

test("an open detail updates itself and shows what others changed", async ({ page }) => {
  await fire(page, "Live: looked at closely");
  await visit(page, "/detections?range=all&q=closely");
  await rows(page).getByRole("link").first().click(soon);
  const id = new URL(page.url()).searchParams.get("open") ?? "";
  await isLive(page);
  // still as before the change
  await expect(page.getByRole("article").getByRole("button", { name: "Acknowledge" })).toBeVisible();
  await write(page, `/api/v1/detections/${id}/acknowledge`);
  await expect(page.getByRole("article").getByText("yours since")).toBeVisible(soon);
  const news = page.getByText("Changed while you were looking");
  await expect(news).toHaveCount(0);
  await workElsewhere(page, "Live: looked at closely");
  await expect(news).toBeVisible(soon);
  await expect(page.getByText(/Status changed in Azure: Active → In Progress, /)).toBeVisible();
  // only the server knows which detections match a text search
  await fire(page, "Live: closely again");
  await expect(waiting(page, "1 new · 1 High")).toBeVisible(soon);
  await fire(page, "Live: something else");
  await isStored(page, "Live: something else");
  // longer than the stream and the question about the text take
  await page.waitForTimeout(1_000);
  await expect(waiting(page, "1 new · 1 High")).toBeVisible();
});

test("after a lost connection nothing is missed and the list isn't loaded again", async ({ page }) => {
  const way = await openProxy();
  await visit(page, `${way.url}/detections?range=all`);
  await isLive(page);
  way.cut();
  await expect(page.getByText("Reconnecting…")).toBeVisible();
  await fire(page, "Live: while away", { count: 3 });
  await isStored(page, "Live: while away");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  way.mend();
  await isLive(page);
  await expect(waiting(page, "3 new · 3 High")).toBeVisible(soon);
  expect(asked.filter((path) => !["/api/feed/summary", "/api/v1/stream"].includes(path))).toEqual([]);
  await way.close();
});

test("the tabs of a browser share one connection, and the next takes over when one closes", async ({
  page,
  context,
}) => {
  const streams: string[] = [];
  context.on("request", (request) => {
    if (request.url().includes("/api/v1/stream")) streams.push(request.url());
  });
  await visit(page, "/detections?range=all");
  await isLive(page);
  const second = await context.newPage();
  await visit(second, "/detections?range=all");
  await isLive(second);
  await fire(page, "Live: told to the other tab");
  for (const tab of [page, second]) await expect(waiting(tab, "1 new · 1 High")).toBeVisible(soon);
  expect(streams).toHaveLength(1);
  await page.close();
  await fire(second, "Live: after the first tab");
  await expect(waiting(second, "2 new · 2 High")).toBeVisible(soon);
  expect(streams).toHaveLength(2);
});
