import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { type PushService, startPushService } from "../test/push-service.ts";
import { noViolations } from "./axe.ts";
import { connect, rows, signIn, subscriptions } from "./helpers.ts";
import { fire } from "./live-steps.ts";
import {
  deliver,
  pushed,
  shownTitles,
  subscribeAtStandIn,
  tapOn,
  testTitle,
  workerOf,
} from "./push-steps.ts";

let push: PushService;
test.beforeAll(async () => {
  push = await startPushService({
    port: Number(process.env.E2E_PUSH_PORT),
    certificates: join(process.env.E2E_STATE_DIR ?? "", "emulator"),
  });
});
test.afterAll(() => push.stop());

test("a phone is told of an alert within seconds, says that it showed it, and a tap opens that very alert", async ({
  page,
}) => {
  await subscribeAtStandIn(page, push.subscribe());
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await page.goto("/settings/notifications");
  await expect(page.getByText("Notifications are allowed here.")).toBeVisible();
  const device = page.locator("section").filter({ hasText: "Your devices" }).getByRole("listitem");
  await page.getByRole("button", { name: "Set up again" }).tap();
  await expect(device).toContainText("not proved yet");
  await noViolations(page);
  await device.getByRole("button", { name: /^Rename/ }).tap();
  await page.getByLabel("Name", { exact: true }).fill("Night phone");
  await page.getByRole("button", { name: "Save name" }).tap();
  await expect(device).toContainText("Night phone");
  await page.getByRole("checkbox", { name: "Medium" }).check();
  await page.getByRole("button", { name: "Save", exact: true }).tap();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.getByLabel("Minutes until more people are told").fill("7");
  await page.getByRole("button", { name: "Save for everyone" }).tap();
  await expect(page.getByText("Saved.")).toHaveCount(2);
  await noViolations(page);
  const { session, registrationId } = await workerOf(page);

  await device.getByRole("button", { name: /^Send test/ }).tap();
  await deliver(session, registrationId, await pushed(push, testTitle));
  await expect(async () => {
    await page.reload();
    await expect(device).toContainText("reachable · last showed one", { timeout: 1_000 });
  }).toPass();

  await fire(page, "Told to a phone");
  await deliver(session, registrationId, await pushed(push, "High: Told to a phone"));
  await expect.poll(() => shownTitles(page)).toContain("High: Told to a phone");
  await tapOn(page, "High: Told to a phone");
  await expect(page).toHaveURL(/\/detections\/[0-9a-f-]{36}\?told=/);
  await expect(page.getByRole("heading", { name: "Told to a phone" })).toBeVisible();
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("listitem").filter({ hasText: "Night phone" })).toContainText("opened", {
      timeout: 1_000,
    });
  }).toPass();
});

test("without a connection it says so, and shows no alert that it kept", async ({ page, context }) => {
  await signIn(page, "Ana Admin");
  await page.goto("/detections?range=all");
  await rows(page).first().waitFor();
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
  await page.reload();
  await context.setOffline(true);
  await page.goto("/detections?range=all");
  await expect(page.getByRole("heading", { name: "No connection to PocketSOC" })).toBeVisible();
  await noViolations(page);
  await context.setOffline(false);
  await page.getByRole("link", { name: "Try again" }).tap();
  await rows(page).first().waitFor();
});
