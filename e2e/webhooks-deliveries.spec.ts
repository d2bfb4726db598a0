import { expect, type Page, test } from "@playwright/test";
import { noViolations } from "./axe.ts";
import { connect, fillForm, reload, signIn, subscriptions, visit } from "./helpers.ts";

const unclaimed = "99c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e99";
const list = (page: Page) => page.getByRole("list", { name: "Deliveries" });

/** Returns the body that workflow automation posts for an alert. */
const alert = (name: string, subscriptionId: string) => ({
  VendorName: "Microsoft",
  AlertType: "VM_SuspiciousProcess",
  AlertDisplayName: `Pushed ${name}`,
  Description: "A process was started that is seldom seen.",
  Severity: "Medium",
  Status: "New",
  SystemAlertId: name,
  StartTimeUtc: new Date().toISOString(),
  TimeGenerated: new Date().toISOString(),
  AlertUri: `https://portal.azure.com/#blade/Any/AlertBlade/alertId/${name}/subscriptionId/${subscriptionId}/location/westeurope`,
});

/** Copies the webhook's URL as an admin does, and returns it. */
async function webhookUrl(page: Page): Promise<string> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await visit(page, "/settings/webhooks");
  await page.getByRole("button", { name: /^Copy .*webhook url$/i }).click();
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(copied).toContain("/api/webhooks/");
  return copied();
}

test("deliveries are listed with their results, opened and replayed", async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  const url = await webhookUrl(page);
  const post = async (data: unknown) => (await page.request.post(url, { data })).status();
  const name = `e2e-${Date.now()}`;
  const heartbeat = { pocketsoc: "heartbeat", version: 1, subscriptionId: subscriptions.production };
  expect(await post(alert(name, subscriptions.production))).toBe(200);
  expect(await post(heartbeat)).toBe(200);
  expect(await post(alert(`${name}-u`, unclaimed))).toBe(200);
  expect(await post({ nothing: "that we know" })).toBe(200);

  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Deliveries" }).click();
  for (const result of ["Accepted", "Heartbeat", "Unclaimed", "Unrecognised"])
    await expect(list(page).getByText(result, { exact: true }).first()).toBeVisible();
  await expect(page.getByText(`Unclaimed: subscription ${unclaimed} is posting`)).toBeVisible();
  await noViolations(page, "deliveries");

  // the address contains the filter
  await page.getByLabel("Result").selectOption("Accepted");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page).toHaveURL(/outcome=accepted/);
  await expect(list(page).getByText("Heartbeat", { exact: true })).toHaveCount(0);

  await list(page)
    .getByRole("link", { name: /^Delivery of/ })
    .first()
    .click();
  await expect(page.getByRole("link", { name: `Pushed ${name}` })).toBeVisible();
  await expect(page.getByText("from AlertDisplayName")).toBeVisible();
  await noViolations(page, "delivery");
  await page.getByRole("button", { name: "Replay" }).click();
  await expect(page.getByText("Replayed. It is now: Duplicate")).toBeVisible();

  // the detection shows that it came by webhook
  await page.getByRole("link", { name: `Pushed ${name}` }).click();
  await expect(page.getByText("No poll has found it yet.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Open in Azure" })).toBeVisible();
  await expect(page.getByText("by webhook, not confirmed by Azure")).toBeVisible();

  // an unclaimed subscription leads to the filled-in form
  await visit(page, "/settings/deliveries");
  await page.getByRole("link", { name: `Add configuration for ${unclaimed}` }).click();
  await expect(page.getByLabel("Subscription ID", { exact: true })).toHaveValue(unclaimed);

  await page.setViewportSize({ width: 390, height: 844 });
  await visit(page, "/settings/deliveries");
  await expect(list(page).getByText("Unclaimed", { exact: true }).first()).toBeVisible();
  await noViolations(page, "deliveries on a phone");
  await list(page)
    .getByRole("link", { name: /^Delivery of/ })
    .first()
    .click();
  await page.getByRole("heading", { name: "Body as it came" }).waitFor();
  await noViolations(page, "delivery on a phone");
});

test("the pipe test asks for confirmation, and follows samples to the screen", async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await page.getByRole("link", { name: "Edit Azure Production" }).click();
  await page.getByRole("button", { name: "Run the pipe test" }).click();
  await expect(page.getByRole("dialog")).toContainText("They also reach e-mail");
  await page.getByRole("button", { name: "Create samples" }).click();
  const hops = page.getByRole("list", { name: "Pipe test" });
  for (const hop of ["Accepted by Azure", "Seen by poll", "Stored", "On this screen"])
    await expect(hops.getByRole("listitem").filter({ hasText: hop })).toContainText("Passed", {
      timeout: 45_000,
    });
  await expect(page.getByRole("list", { name: "Samples" }).getByRole("link").first()).toBeVisible();
  await noViolations(page, "pipe test");
  // without a device the phone is no part of the test, which says so
  const phone = hops.getByRole("listitem").filter({ hasText: "On your phone" });
  await expect(phone).toContainText("You have no device that can be notified");
  await expect(phone.getByRole("link", { name: "Settings > Notifications" })).toBeVisible();
  // no webhook is set up, so the test would wait on, and other pages would follow it
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(page.getByText("The test was stopped")).toBeVisible();
});

test("a running pipe test is followed after a reload and by a second page, and Stop ends it on both", async ({
  page,
  context,
}) => {
  test.setTimeout(90_000);
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await page.getByRole("link", { name: "Edit Azure Production" }).click();
  const stop = (where: Page) => where.getByRole("button", { name: "Stop", exact: true });
  await page.getByRole("button", { name: "Run the pipe test" }).click();
  await page.getByRole("button", { name: "Create samples" }).click();
  await expect(stop(page)).toBeEnabled();
  await reload(page);
  await expect(stop(page)).toBeEnabled();
  const second = await context.newPage();
  await visit(second, page.url());
  await expect(stop(second)).toBeEnabled();
  await stop(second).click();
  for (const where of [page, second]) await expect(where.getByText("The test was stopped")).toBeVisible();
  await reload(page);
  await expect(page.getByRole("button", { name: "Run the pipe test" })).toBeEnabled();
});

test("the pipe test with each analyst's own account connects it first, and then asks", async ({ page }) => {
  test.setTimeout(90_000);
  const name = "Azure by analysts";
  await signIn(page, "Ana Admin");
  await visit(page, "/settings/configurations/new");
  await fillForm(page, { name, subscriptionId: subscriptions.sandbox });
  await page.getByLabel("Change alert status as", { exact: true }).selectOption("person");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText(/^Saved/).first()).toBeVisible({ timeout: 30_000 });
  await visit(page, "/settings");
  await page.getByRole("link", { name: `Edit ${name}` }).click();
  await expect(page.getByRole("button", { name: "Create them by hand in Azure" })).toBeVisible();
  await noViolations(page, "pipe test without an account");
  await page.getByRole("button", { name: "Connect your account, then test" }).click();
  await page.getByRole("button", { name: "Ana Admin" }).click();
  await page.getByRole("link", { name: "Run the pipe test" }).click();
  await expect(page.getByRole("dialog")).toContainText("They also reach e-mail");
  // a reloaded page doesn't ask again
  await expect(page).toHaveURL(/\/settings\/configurations\/[^?]+$/);
});
