import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { Webhook } from "standardwebhooks";
import { startWebhookReceiver, type WebhookReceiver } from "../test/webhook-receiver.ts";
import { noViolations } from "./axe.ts";
import { connect, signIn, subscriptions, visit } from "./helpers.ts";
import { fire } from "./live-steps.ts";
import { stack } from "./stack.ts";

let receiver: WebhookReceiver;
test.beforeAll(async () => {
  receiver = await startWebhookReceiver({
    port: stack.outgoingPort,
    certificates: join(stack.stateDir, "emulator"),
  });
});
test.afterAll(() => receiver.stop());

const deliveries = (page: Page) => page.getByRole("list", { name: "Sent events" }).getByRole("listitem");
const secretShown = async (page: Page) =>
  (
    await page.getByRole("status").filter({ hasText: "you won't see it again" }).locator("code").innerText()
  ).trim();

// long: one journey, in which each step needs the one before
test("an admin sets up the outgoing webhook and sees the outcome of each event", async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await visit(page, "/settings/outgoing-webhook");
  await noViolations(page, "no outgoing webhook yet");
  const address = page.getByLabel("Address", { exact: true });
  await address.fill("https://169.254.169.254/metadata");
  await page.getByRole("button", { name: "Set it up" }).click();
  await expect(page.getByText("PocketSOC doesn't call this address")).toBeVisible();
  await address.fill(`https://${receiver.host}/in`);
  await page.getByRole("button", { name: "Set it up" }).click();
  await expect(page.getByText("you won't see it again")).toBeVisible();
  const secret = await secretShown(page);
  await noViolations(page, "the secret is shown");
  await page.getByRole("button", { name: "I have copied it" }).click();
  await expect(page.getByText(secret)).toHaveCount(0);

  await page.getByRole("button", { name: "Send test" }).click();
  await expect(deliveries(page).first()).toContainText("Delivered");
  await fire(page, "Recipient to a receiver");
  await visit(page, "/settings/outgoing-webhook");
  await expect(page.getByText(secret)).toHaveCount(0);
  const row = deliveries(page).filter({ hasText: "Recipient to a receiver" });
  await expect(row).toContainText("Delivered");
  const verify = new Webhook(secret);
  const events = receiver.received.map(
    ({ body, headers }) => verify.verify(body, headers as Record<string, string>) as { type: string },
  );
  expect(events.map(({ type }) => type)).toEqual(["test", "detection.raised"]);

  receiver.answer({ status: 404 });
  await page.getByRole("button", { name: "Send test" }).click();
  await expect(deliveries(page).first()).toContainText("See that the address is right");
  receiver.answer({ status: 503 });
  await page.getByRole("button", { name: "Send test" }).click();
  await expect(deliveries(page).first()).toContainText("Waiting");
  await expect(deliveries(page).first()).toContainText("The receiver could not take it (503).");
  await noViolations(page, "the log");
  receiver.answer({ status: 204 });
  await deliveries(page).nth(1).getByRole("button", { name: "Send again" }).click();
  await expect(deliveries(page).nth(1)).toContainText("Delivered");
  await row.getByRole("link").click();
  await expect(page.getByRole("heading", { name: "Recipient to a receiver" })).toBeVisible();

  await visit(page, "/settings/outgoing-webhook");
  await page.getByRole("button", { name: "New secret" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Create it" }).click();
  await expect(page.getByText("you won't see it again")).toBeVisible();
  expect(await secretShown(page)).not.toBe(secret);
  await expect(page.getByText("the earlier one also signs")).toBeVisible();

  receiver.answer({ status: 410 });
  await page.getByRole("button", { name: "Send test" }).click();
  await expect(page.getByText("PocketSOC switched this webhook off")).toBeVisible();
  await expect(page.getByRole("checkbox", { name: "Switched on" })).not.toBeChecked();
  await expect(page.getByRole("button", { name: "Send test" })).toBeDisabled();
  await noViolations(page, "switched off");
});
