import { expect, type Route, test } from "@playwright/test";
import { arrive, connect, isUsable, rows, signIn, subscriptions, visit } from "./helpers.ts";
import { fire, isStored } from "./live-steps.ts";
import { stack } from "./stack.ts";

// with the watch of the session and the notice of an update
const scriptKbMax = 230;

test("the feed's scripts stay within their budget, and no page violates its own Content-Security-Policy", async ({
  page,
}) => {
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  const scripts = new Set<string>();
  let bytes = 0;
  session.on("Network.responseReceived", ({ requestId, type }) => {
    if (type === "Script") scripts.add(requestId);
  });
  // transferred bytes, compressed
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  // the stream never ends, so the network is never idle
  await visit(page, "/detections?range=all");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  // scripts that load after the page is live count too
  await page.waitForTimeout(1_500);
  const total = bytes / 1024;
  console.log(`scripts of the feed: ${total.toFixed(0)} KB as sent`);
  expect(total).toBeGreaterThan(50);
  expect(total).toBeLessThanOrEqual(scriptKbMax);
  await page.getByRole("button", { name: "Severity" }).click();
  await page.getByRole("checkbox", { name: /^High/ }).check();
  await expect(page).toHaveURL(/severity=high/);
  expect(errors).toEqual([]);
});

test("every page has its security headers and isn't cached", async ({ page }) => {
  await signIn(page, "Ana Admin");
  for (const path of [
    "/sign-in?ended=1",
    "/detections",
    "/settings",
    "/settings/team",
    "/settings/audit-log",
  ]) {
    const answer = await visit(page, path);
    const headers = answer?.headers() ?? {};
    expect([path, headers["cache-control"]]).toEqual([path, expect.stringContaining("no-store")]);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "strict-transport-security": expect.stringContaining("max-age=31536000"),
    });
    const policy = headers["content-security-policy"] ?? "";
    for (const part of [
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "form-action 'self'",
    ])
      expect(policy).toContain(part);
    expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/=]{20,}' 'strict-dynamic'/);
  }
  const feed = await page.request.get("/api/feed");
  expect(feed.headers()["cache-control"]).toBe("no-store");
});

test("every change needs the portal's own Origin and a session", async ({ page, playwright }) => {
  await signIn(page, "Ana Admin");
  const post = (headers: Record<string, string>) =>
    page.request.post("/api/settings/abandoned-runs", {
      headers,
      data: { id: "0190f6f0-1111-7222-8333-444455556666" },
    });
  const own = stack.portalUrl;
  expect((await post({ origin: own })).status()).toBe(200);
  expect((await post({ origin: "https://evil.example" })).status()).toBe(403);
  expect((await post({ origin: "null" })).status()).toBe(403);
  expect((await post({})).status()).toBe(403);
  const stranger = await playwright.request.newContext({ baseURL: own });
  for (const path of ["/api/feed", "/api/settings/audit-log"])
    expect((await stranger.get(path)).status()).toBe(401);
  const session = await page.request.get("/api/auth/session");
  expect(Object.keys((await session.json()) as object)).toEqual(["expires"]);
  await stranger.dispose();
});

test("sign-in leads to the link that was opened, and never to another site", async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await visit(page, "/settings/audit-log?actor=PocketSOC");
  await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await page.getByRole("button", { name: "Ana Admin" }).click();
  await arrive(page, /^\/settings\/audit-log/);
  await expect(page).toHaveURL(/\/settings\/audit-log\?actor=PocketSOC$/);
  for (const next of ["//evil.example/", "https://evil.example/", "/\\evil.example"]) {
    await visit(page, `/sign-in?next=${encodeURIComponent(next)}`);
    await expect(page).toHaveURL(/\/detections$/);
  }
  expect((await visit(page, "/no-such-page"))?.status()).toBe(404);
  await expect(page.getByText("There is no such page")).toBeVisible();
  await context.close();
});

test("an unreachable portal is reported on the open page", async ({ page }) => {
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await fire(page, "Out of reach for a moment");
  await isStored(page, "Out of reach for a moment");
  await visit(page, "/detections?range=all&q=moment");
  const row = rows(page).filter({ hasText: "Out of reach for a moment" }).getByRole("link");
  await visit(page, (await row.getAttribute("href")) ?? "");
  const ask = page.getByRole("button", { name: "Acknowledge" });
  const answerWrites = async (answer: (route: Route) => Promise<void>) => {
    await page.unrouteAll();
    await page.route("**/*", (route) =>
      route.request().method() === "POST" ? answer(route) : route.fallback(),
    );
  };
  await answerWrites((route) => route.abort("connectionrefused"));
  await ask.click();
  const outOfReach = page.getByText("The portal could not be reached. Acknowledge it once more");
  await expect(outOfReach).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByText("you are still signed in")).toBeVisible();
  // the portal's answer to a page of an earlier version
  await answerWrites((route) =>
    route.fulfill({ status: 404, headers: { "x-nextjs-action-not-found": "1" }, body: "not found" }),
  );
  await ask.click();
  const outdated = page.getByText("PocketSOC was updated since this page was opened");
  await expect(outdated).toBeVisible();
  await page.unrouteAll();
  await page.getByRole("button", { name: "Reload" }).click();
  await expect(outdated).toHaveCount(0);
  await isUsable(page);
  await ask.click();
  await expect(page.getByText("yours since")).toBeVisible();
  await expect(outOfReach.or(outdated)).toHaveCount(0);
  const signedOut = page.waitForResponse(
    (answer) => answer.url().endsWith("/sign-in?ended=1") && answer.request().resourceType() === "document",
  );
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in\?ended=1$/);
  expect(await (await signedOut).headerValue("clear-site-data")).toBe('"cache", "storage"');
  const cookies = async () => (await page.context().cookies()).map(({ name }) => name);
  await expect.poll(cookies).not.toContain("pocketsoc.session");
});
