import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import postgres from "postgres";
import { type PushService, startPushService } from "../test/push-service.ts";
import { noViolations } from "./axe.ts";
import { connect, signIn, subscriptions } from "./helpers.ts";
import { fire } from "./live-steps.ts";
import {
  buttonsOf,
  deliver,
  pushed,
  shownTitles,
  subscribeAtStandIn,
  tapOn,
  testTitle,
  workerOf,
} from "./push-steps.ts";

// each begins with a phone that is set up and proved, which takes its time
test.describe.configure({ timeout: 120_000 });

let push: PushService;
const database = postgres(process.env.E2E_DATABASE_URL ?? "", { max: 1, onnotice: () => {} });
test.beforeAll(async () => {
  push = await startPushService({
    port: Number(process.env.E2E_PUSH_PORT),
    certificates: join(process.env.E2E_STATE_DIR ?? "", "emulator"),
  });
});
test.afterAll(async () => {
  await database.end();
  await push.stop();
});

const device = (page: Page) =>
  page.locator("section").filter({ hasText: "Your devices" }).getByRole("listitem");

/** A phone that was named, was sent a test, and showed it; gives what hands it messages. */
async function provedPhone(page: Page, name: string) {
  await subscribeAtStandIn(page, push.subscribe());
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await page.goto("/settings/notifications");
  // of journeys before this one: their browsers are gone
  await expect(async () => {
    const remove = device(page).getByRole("button", { name: /^Remove/ });
    while ((await remove.count()) > 0) {
      const before = await remove.count();
      await remove.first().tap();
      await expect(remove).toHaveCount(before - 1);
    }
  }).toPass();
  await page.getByRole("button", { name: "Set up again" }).tap();
  await expect(device(page)).toContainText("not proved yet");
  await device(page)
    .getByRole("button", { name: /^Rename/ })
    .tap();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Save name" }).tap();
  await expect(device(page)).toContainText(name);
  const { session, registrationId } = await workerOf(page);
  const hand = async (title: string) => deliver(session, registrationId, await pushed(push, title));
  push.received.length = 0;
  await device(page)
    .getByRole("button", { name: /^Send test/ })
    .tap();
  await hand(testTitle);
  await expect(async () => {
    await page.reload();
    await expect(device(page)).toContainText("reachable · last showed one", { timeout: 1_000 });
  }).toPass();
  return hand;
}

/** Days for which the browser keeps the session's cookie. */
async function cookieDays(page: Page): Promise<number> {
  const cookie = (await page.context().cookies()).find((one) => one.name.endsWith("pocketsoc.session"));
  return ((cookie?.expires ?? 0) - Date.now() / 1_000) / 86_400;
}

/** As if nobody had used the phones for a day. */
const leaveForADay = () =>
  database`update sessions set created_at = created_at - interval '1 day', expires_at = expires_at - interval '1 day',
    last_seen_at = last_seen_at - interval '1 day' where device_id is not null`;

test("an alert is acknowledged from its notification, and the portal says who acted on it and when", async ({
  page,
}) => {
  const hand = await provedPhone(page, "Desk phone");
  const title = "High: Acknowledged from afar";
  await fire(page, "Acknowledged from afar");
  await hand(title);
  await expect.poll(() => shownTitles(page)).toContain(title);
  expect(await buttonsOf(page, title)).toEqual(["Acknowledge", "Open"]);
  expect(await buttonsOf(page, testTitle)).toEqual([]);
  await tapOn(page, title, "acknowledge");
  await expect.poll(() => shownTitles(page)).not.toContain(title);
  await page.goto("/detections?range=all");
  await page.getByRole("link", { name: "Acknowledged from afar" }).first().click();
  const told = page.getByRole("listitem").filter({ hasText: "Desk phone" });
  await expect(told).toContainText("acted on");
  await expect(told).toContainText(/accepted .*, shown .*, acted on .* after it was queued/);
  await noViolations(page);

  // what can't be acknowledged says so, in a notification that opens it
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.showNotification("High: Not ours", {
      data: { receipt: "forged", navigate: "/detections" },
    });
  });
  await tapOn(page, "High: Not ours", "acknowledge");
  await expect.poll(() => shownTitles(page)).toContain("Not acknowledged");

  // signed out on the phone: it is opened, which leads to the sign-in and back
  await hand(title);
  await expect.poll(() => shownTitles(page)).toContain(title);
  await page.context().clearCookies();
  await tapOn(page, title, "acknowledge");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fdetections%2F/);
  await page.getByRole("button", { name: "Sign in with Microsoft" }).tap();
  await page.getByRole("button", { name: "Ana Admin" }).tap();
  await expect(page.getByRole("heading", { name: "Acknowledged from afar" })).toBeVisible();
});

test("a proved phone stays signed in for alerts, and Settings asks to sign in again and comes back", async ({
  page,
}) => {
  await signIn(page, "Ana Admin");
  expect(await cookieDays(page)).toBeLessThan(0.51);
  await provedPhone(page, "Week phone");
  await page.goto("/detections?range=all");
  await expect.poll(() => cookieDays(page)).toBeGreaterThan(6.9);
  await leaveForADay();
  await page.reload();
  await page.getByRole("link", { name: "Settings" }).tap();
  await expect(page.getByRole("heading", { name: "Sign in again to open Settings" })).toBeVisible();
  await noViolations(page);
  await page.getByRole("link", { name: "Back to the alerts" }).tap();
  await expect(page).toHaveURL(/\/detections/);
  // and reading brought nothing back
  await page.goto("/settings/tokens");
  await expect(page).toHaveURL(/\/sign-in\/again\?next=%2Fsettings%2Ftokens/);
  await page.getByRole("button", { name: "Sign in with Microsoft" }).tap();
  await page.getByRole("button", { name: "Ana Admin" }).tap();
  await expect(page).toHaveURL(/\/settings\/tokens/);
  const sessions =
    await database`select revoked_at from sessions where device_id is not null and revoked_at is null`;
  expect(sessions).toHaveLength(1);
});

test("the person of a device that an admin deactivates reads that, and what to do", async ({
  page,
  browser,
}) => {
  await provedPhone(page, "Lost phone");
  await page.goto("/detections?range=all");
  const desk = await browser.newContext({ baseURL: process.env.E2E_PORTAL_URL ?? "" });
  const admin = await desk.newPage();
  await admin.goto("/sign-in?next=/settings/readiness");
  await admin.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await admin.getByRole("button", { name: "Ana Admin" }).click();
  await admin.getByRole("button", { name: "Deactivate Lost phone of Ana Admin" }).click();
  await expect(admin.getByText("Deactivated: nothing is sent there")).toBeVisible();
  await page.reload();
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByText("Device deactivated", { exact: true })).toBeVisible();
  await noViolations(page);
  await page.getByRole("button", { name: "Sign in with Microsoft" }).tap();
  await page.getByRole("button", { name: "Ana Admin" }).tap();
  await expect(page).toHaveURL(/\/detections/);
  await expect(page.getByText("Device deactivated", { exact: true })).toBeVisible();
  await noViolations(page);
  await admin.getByRole("button", { name: "Activate Lost phone of Ana Admin" }).click();
  await expect(admin.getByText("Activated.")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("link", { name: "Settings" })).toBeVisible();
  await expect(page.getByText("Device deactivated", { exact: true })).toHaveCount(0);
  await desk.close();
});

test("a browser that blocks notifications is said to, and is reached again once it allows them", async ({
  page,
}) => {
  await provedPhone(page, "Blocked phone");
  const session = await page.context().newCDPSession(page);
  const { targetInfo } = await session.send("Target.getTargetInfo");
  const allow = (setting: "granted" | "denied") =>
    session.send("Browser.setPermission", {
      permission: { name: "notifications" },
      setting,
      browserContextId: targetInfo.browserContextId,
      origin: process.env.E2E_PORTAL_URL ?? "",
    });
  const looks = (said: string) =>
    expect(async () => {
      await page.reload();
      await expect(device(page)).toContainText(said, { timeout: 3_000 });
    }).toPass();
  await allow("denied");
  await looks("Notifications are blocked in this browser's settings");
  await noViolations(page);
  await expect(page.getByRole("button", { name: "Send test to Blocked phone" })).toBeDisabled();
  await allow("granted");
  await looks("reachable · last showed one");
});
