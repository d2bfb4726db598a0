import { join } from "node:path";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import postgres from "postgres";
import { type PushService, startPushService } from "../test/push-service.ts";
import { noViolations } from "./axe.ts";
import { arrive, connect, reload, rows, signIn, subscriptions, visit } from "./helpers.ts";
import { fire } from "./live-steps.ts";
import {
  buttonsOf,
  openWorker,
  pushed,
  shownTitles,
  subscribeAtStandIn,
  tapOn,
  testTitle,
  type WorkerOfPage,
} from "./push-steps.ts";
import { stack } from "./stack.ts";

// one phone, which the first journey sets up and the others use
test.describe.configure({ mode: "serial" });

let push: PushService;
let context: BrowserContext;
let page: Page;
let worker: WorkerOfPage;
const database = postgres(stack.databaseUrl, { max: 1, onnotice: () => {} });

test.beforeAll(async ({ browser }) => {
  push = await startPushService({ port: stack.pushPort, certificates: join(stack.stateDir, "emulator") });
  context = await browser.newContext();
  page = await context.newPage();
  await subscribeAtStandIn(page, push.subscribe());
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
});
test.afterAll(async () => {
  await context.close();
  await database.end();
  await push.stop();
});

const device = () => page.locator("section").filter({ hasText: "Your devices" }).getByRole("listitem");
const deliverPush = async (title: string) => worker.deliver(await pushed(push, title));

/** Returns the remaining days of the browser's session cookie. */
async function cookieDays(): Promise<number> {
  const cookie = (await context.cookies()).find(({ name }) => name.endsWith("pocketsoc.session"));
  return ((cookie?.expires ?? 0) - Date.now() / 1_000) / 86_400;
}

async function signInAgain(): Promise<void> {
  await page.getByRole("button", { name: "Sign in with Microsoft" }).tap();
  await page.getByRole("button", { name: "Ana Admin" }).tap();
}

/** Makes the messages so far a minute older, so that a High alert sounds at once. */
const leaveForAMinute = () => database`update notifications set queued_at = queued_at - interval '1 minute'`;

/** Makes the phones' sessions a day older, as if nobody had used the phones for a day. */
const leaveForADay = () =>
  database`update sessions set created_at = created_at - interval '1 day', expires_at = expires_at - interval '1 day',
    last_seen_at = last_seen_at - interval '1 day' where device_id is not null`;

test("a phone is notified of an alert within seconds, reports that it showed it, and a tap opens that alert", async () => {
  expect(await cookieDays()).toBeLessThan(0.51);
  await visit(page, "/settings/notifications");
  await expect(page.getByText("Notifications are allowed here.")).toBeVisible();
  await page.getByRole("button", { name: "Set up again" }).tap();
  await expect(device()).toContainText("not verified yet");
  await noViolations(page);
  await device()
    .getByRole("button", { name: /^Rename/ })
    .tap();
  await page.getByLabel("Name", { exact: true }).fill("Night phone");
  await page.getByRole("button", { name: "Save name" }).tap();
  await expect(device()).toContainText("Night phone");
  await page.getByRole("checkbox", { name: "Medium" }).check();
  await page.getByRole("button", { name: "Save", exact: true }).tap();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.getByLabel("Escalate after (minutes)").fill("7");
  await page.getByRole("button", { name: "Save for everyone" }).tap();
  await expect(page.getByText("Saved.")).toHaveCount(2);
  await noViolations(page);
  worker = await openWorker(page);

  await device()
    .getByRole("button", { name: /^Send test/ })
    .tap();
  await deliverPush(testTitle);
  await expect(async () => {
    await reload(page);
    await expect(device()).toContainText("reachable · showed a notification", { timeout: 1_000 });
  }).toPass();

  await leaveForAMinute();
  await fire(page, "Recipient to a phone");
  await deliverPush("High: Recipient to a phone");
  expect(await shownTitles(page)).toContain("High: Recipient to a phone");
  await tapOn(page, "High: Recipient to a phone");
  await expect(page).toHaveURL(/\/detections\/[0-9a-f-]{36}\?told=/);
  await expect(page.getByRole("heading", { name: "Recipient to a phone" })).toBeVisible();
  await expect(async () => {
    await reload(page);
    await expect(page.getByRole("listitem").filter({ hasText: "Night phone" })).toContainText("opened", {
      timeout: 1_000,
    });
  }).toPass();
});

test("an alert is acknowledged from its notification, and its page shows who acted on it and when", async () => {
  const title = "High: Acknowledged from afar";
  await leaveForAMinute();
  await fire(page, "Acknowledged from afar");
  await deliverPush(title);
  expect(await buttonsOf(page, title)).toEqual(["Acknowledge", "Open"]);
  expect(await buttonsOf(page, testTitle)).toEqual([]);
  await tapOn(page, title, "acknowledge");
  await expect.poll(() => shownTitles(page)).not.toContain(title);
  await visit(page, "/detections?range=all");
  await page.getByRole("link", { name: "Acknowledged from afar" }).first().click();
  const recipient = page.getByRole("listitem").filter({ hasText: "Night phone" });
  await expect(recipient).toContainText("acted on");
  await expect(recipient).toContainText(/accepted .*, shown .*, acted on .* after it was queued/);
  await noViolations(page);

  // a failed acknowledgement shows a notification that opens the alert
  await worker.whileShowing("Not acknowledged", async () => {
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.showNotification("High: Not ours", {
        data: { receipt: "forged", navigate: "/detections" },
      });
    });
    await tapOn(page, "High: Not ours", "acknowledge");
  });

  // when signed out on the phone, the alert is opened through sign-in
  await deliverPush(title);
  await context.clearCookies();
  await tapOn(page, title, "acknowledge");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fdetections%2F/);
  await signInAgain();
  await expect(page.getByRole("heading", { name: "Acknowledged from afar" })).toBeVisible();
});

test("a verified phone stays signed in for alerts, and Settings asks to sign in again and returns", async () => {
  await visit(page, "/detections?range=all");
  await expect.poll(() => cookieDays()).toBeGreaterThan(6.9);
  await leaveForADay();
  await reload(page);
  await page.getByRole("link", { name: "Settings" }).tap();
  await expect(page.getByRole("heading", { name: "Sign in again to open Settings" })).toBeVisible();
  await noViolations(page);
  await page.getByRole("link", { name: "Back to the alerts" }).tap();
  await expect(page).toHaveURL(/\/detections/);
  // reading doesn't extend the session
  await visit(page, "/settings/tokens");
  await expect(page).toHaveURL(/\/sign-in\/again\?next=%2Fsettings%2Ftokens/);
  await signInAgain();
  await expect(page).toHaveURL(/\/settings\/tokens/);
});

test("a browser that blocks notifications is shown as such, and is reached again once it allows them", async () => {
  const session = await context.newCDPSession(page);
  const { targetInfo } = await session.send("Target.getTargetInfo");
  const allow = (setting: "granted" | "denied") =>
    session.send("Browser.setPermission", {
      permission: { name: "notifications" },
      setting,
      browserContextId: targetInfo.browserContextId,
      origin: stack.portalUrl,
    });
  const looks = (said: string) =>
    expect(async () => {
      await visit(page, "/settings/notifications");
      await expect(device()).toContainText(said, { timeout: 3_000 });
    }).toPass();
  await allow("denied");
  await looks("Notifications are blocked in this browser's settings");
  await noViolations(page);
  await expect(page.getByRole("button", { name: "Send test to Night phone" })).toBeDisabled();
  await allow("granted");
  await looks("reachable · showed a notification");
});

test("a person whose device an admin deactivated is told so, and what to do", async ({ browser }) => {
  await visit(page, "/detections?range=all");
  const desk = await browser.newContext();
  const admin = await desk.newPage();
  await visit(admin, "/sign-in?next=/settings/readiness");
  await admin.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await admin.getByRole("button", { name: "Ana Admin" }).click();
  await arrive(admin, /^\/settings\/readiness/);
  await admin.getByRole("button", { name: "Deactivate Night phone of Ana Admin" }).click();
  await expect(admin.getByText("Deactivated. It gets no notifications")).toBeVisible();
  await reload(page);
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByText("Device deactivated", { exact: true })).toBeVisible();
  await noViolations(page);
  await signInAgain();
  await expect(page).toHaveURL(/\/detections/);
  await expect(page.getByText("Device deactivated", { exact: true })).toBeVisible();
  await noViolations(page);
  await admin.getByRole("button", { name: "Activate Night phone of Ana Admin" }).click();
  await expect(admin.getByText("Activated.")).toBeVisible();
  await reload(page);
  await expect(page.getByRole("link", { name: "Settings" })).toBeVisible();
  await expect(page.getByText("Device deactivated", { exact: true })).toHaveCount(0);
  await desk.close();
});

test("without a connection the portal says so, and shows no cached alert", async () => {
  await visit(page, "/detections?range=all");
  await rows(page).first().waitFor();
  await context.setOffline(true);
  await page.goto("/detections?range=all");
  await expect(page.getByRole("heading", { name: "No connection to PocketSOC" })).toBeVisible();
  await noViolations(page);
  await context.setOffline(false);
  await page.getByRole("link", { name: "Try again" }).tap();
  await rows(page).first().waitFor();
});
