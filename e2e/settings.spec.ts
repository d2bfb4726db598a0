import { expect, type Page, test } from "@playwright/test";
import { control, fillForm, reload, secrets, signIn, subscriptions, visit } from "./helpers.ts";

const list = (page: Page) => page.getByRole("heading", { level: 2 });

const ways: [how: string, leave: (page: Page) => Promise<unknown>][] = [
  ["for another address", (page) => visit(page, "/settings")],
  ["by a link of the portal's own", (page) => page.getByRole("link", { name: "Cancel" }).click()],
];
for (const [how, leave] of ways) {
  test(`leaving the page during the check, ${how}, saves nothing`, async ({ page }) => {
    await signIn(page, "Ana Admin");
    await visit(page, "/settings/configurations/new");
    await fillForm(page, { name: "Left early", subscriptionId: subscriptions.development });
    // Azure answers late but with success, so only leaving the page prevents saving
    await control("POST", "/faults", { target: "permissions", kind: "slow", delayMs: 2_000 });
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByText(/Passed: Alerts$/)).toBeVisible();
    page.on("dialog", (dialog) => void dialog.accept());
    await leave(page);
    await expect(page.getByRole("heading", { name: "Vendor Configurations" })).toBeVisible();
    // longer than the late answer, after which the check would have saved
    await page.waitForTimeout(3_000);
    await reload(page);
    await expect(list(page).filter({ hasText: "Left early" })).toHaveCount(0);
  });
}

test("a configuration's environment, notified severities and expiry date are chosen when it is added, and changed", async ({
  page,
}) => {
  await signIn(page, "Ana Admin");
  await visit(page, "/settings/configurations/new");
  await fillForm(page, { name: "Azure Sandbox", subscriptionId: subscriptions.sandbox });
  const severities = page.getByRole("group", { name: "Notify the team about" });
  await expect(severities.getByRole("checkbox", { checked: true })).toHaveCount(2);
  await expect(page.getByText("Alerts of Test never notify people outside their hours.")).toBeVisible();
  await page.getByLabel("Environment", { exact: true }).selectOption("test");
  await severities.getByLabel("Low").check();
  await page.getByLabel("Authenticate with").selectOption("certificate");
  await expect(page.getByLabel("Client Secret expires")).toHaveCount(0);
  await page.getByLabel("Authenticate with").selectOption("secret");
  await page.getByLabel("Client Secret", { exact: true }).fill(secrets.first);
  await expect(page.getByLabel("Client Secret expires")).toBeVisible();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText(/^Saved/).first()).toBeVisible({ timeout: 30_000 });
  await visit(page, "/settings");
  const card = page.getByRole("listitem").filter({ has: list(page).filter({ hasText: "Azure Sandbox" }) });
  await expect(card.getByText("Test", { exact: true })).toBeVisible();
  await expect(card.getByText("Expiry date unknown.")).toBeVisible();
  await visit(page, "/settings/readiness");
  await expect(page.getByText("Expiry date unknown.").first()).toBeVisible();
  await visit(page, "/settings");
  await card.getByRole("link", { name: "Add it" }).click();
  await page.getByLabel("Client Secret expires").fill("2031-01-01");
  await expect(severities.getByLabel("Low")).toBeChecked();
  await severities.getByLabel("Medium").uncheck();
  await page.getByLabel("Environment", { exact: true }).selectOption("production");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
  await expect(page.getByText("Expires on 2031-01-01.")).toBeVisible();
  await expect(page.getByText("Expiry date unknown.")).toHaveCount(0);
  await reload(page);
  await expect(severities.getByLabel("Medium")).not.toBeChecked();
  await visit(page, "/settings/audit-log?action=configuration.changed");
  await expect(page.getByText("environment before: test").first()).toBeVisible();
  // other journeys on this stack read the subscription
  await visit(page, "/settings");
  await card.getByRole("button", { name: "Delete" }).click();
  await page.getByLabel(/^Type/).fill("delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(card).toHaveCount(0);
});

test("a configuration can be saved as disabled after a failed check, and its secret replaced", async ({
  page,
}) => {
  await signIn(page, "Ana Admin");
  await visit(page, "/settings/configurations/new");
  await fillForm(page, {
    name: "Azure Development",
    subscriptionId: subscriptions.development,
    secret: secrets.wrong,
  });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Save as disabled" }).click();
  await expect(page.getByText("Saved as disabled")).toBeVisible();
  await visit(page, "/settings");
  const card = page.getByRole("listitem").filter({ hasText: "Azure Development" });
  await expect(card.getByText("Disabled", { exact: true })).toBeVisible();
  await card.getByRole("link", { name: /^Edit/ }).click();
  await page.getByRole("button", { name: "Replace" }).click();
  await page.getByLabel("New Client Secret").fill(secrets.second);
  await page.getByRole("button", { name: "Check and replace" }).click();
  await expect(page.getByText("Now delete the old one, which begins wro, in Azure.")).toBeVisible();
  await expect(page.getByText("starts R7x")).toBeVisible();
  await page.getByRole("button", { name: "Enable" }).click();
  await expect(page.getByText("Healthy")).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByLabel(/^Type/).fill("delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(list(page).filter({ hasText: "Azure Development" })).toHaveCount(0);
});
