import { expect, type Page, test } from "@playwright/test";
import { connect, signIn, subscriptions, tenantId, visit } from "./helpers.ts";

test.describe.configure({ mode: "serial" });

const guidePath = "/docs/defender-for-cloud";
const text = /psk_[0-9A-Za-z]{49}/;

async function openUrls(page: Page): Promise<void> {
  await signIn(page, "Ana Admin");
  await visit(page, "/settings");
  await page.getByRole("link", { name: "Webhook URLs", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Webhook URLs", level: 1 })).toBeVisible();
}
const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText());
const copy = (page: Page) => page.getByRole("button", { name: "Copy Azure Logic App Webhook URL" });

test("an admin copies the webhook URL, and only the clipboard gets its secret", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openUrls(page);
  await copy(page).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  const url = await copied(page);
  expect(url).toMatch(/^http:\/\/localhost:\d+\/api\/webhooks\/azure-logic-app\/psk_[0-9A-Za-z]{49}$/);
  expect(await page.content()).not.toMatch(text);
  await expect(page.getByRole("region", { name: "Azure Logic App Webhook URL" })).toContainText(
    url.slice(-4),
  );
  await visit(page, "/settings/audit-log");
  await expect(page.getByText("Ana Admin revealed a webhook URL").first()).toBeVisible();
});

test("a URL is rotated, both work for a while, and the earlier one is revoked", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openUrls(page);
  await copy(page).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  const before = await copied(page);
  await page.getByRole("button", { name: "Rotate" }).click();
  await page.getByRole("button", { name: "Rotate it" }).click();
  await expect(page.getByText(/^Earlier URL, ends in (23|24) hr/)).toBeVisible();
  await copy(page).click();
  await expect.poll(() => copied(page)).not.toBe(before);
  // the next rotation first says which URL it would end
  await page.getByRole("button", { name: "Rotate" }).click();
  await expect(page.getByRole("dialog")).toContainText("Only two URLs work at a time");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Revoke now" }).click();
  await expect(page.getByRole("dialog")).toContainText("It was never used.");
  await page.getByRole("button", { name: "Revoke it" }).click();
  await expect(page.getByText(/^Earlier URL/)).toHaveCount(0);
});

test("the Deploy panel follows the choices, and offers no button that wouldn't work in Azure", async ({
  page,
}) => {
  await openUrls(page);
  await expect(page.getByText("Azure can't reach this portal at its present address")).toBeVisible();
  await expect(page.getByRole("link", { name: "Deploy to Azure" })).toHaveCount(0);
  await expect(page.getByText("--template-uri")).toHaveCount(0);
  const command = page.getByText("--template-file pocketsoc-defender-automation.json");
  await expect(command).toContainText(`severities='["High","Medium"]'`);
  await page.getByRole("checkbox", { name: "Low" }).check();
  await page.getByRole("textbox", { name: "Resource group" }).fill('soc"; rm -rf /');
  await expect(command).toContainText(`severities='["High","Medium","Low"]'`);
  await expect(command).toContainText('--resource-group "socrm-rf"');
  await expect(command).toContainText('pocketsocWebhookUrl="<YOUR_POCKETSOC_WEBHOOK_URL>"');
  await page.getByRole("checkbox", { name: /^Fill in my webhook URL/ }).click();
  await expect(command).toContainText(text);
  await page.getByRole("checkbox", { name: /^Fill in my webhook URL/ }).uncheck();
  await expect(command).not.toContainText(text);
  await page.getByText("Option B: Manual setup").click();
  await expect(page.getByText("High, Medium, Low", { exact: true })).toBeVisible();
});

test("the guide is complete for anyone, and shows admins their own ids but no secret", async ({ page }) => {
  await visit(page, "/sign-in");
  await page.getByRole("link", { name: "Microsoft Defender for Cloud" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Microsoft Defender for Cloud setup");
  for (const name of ["Step 1", "Step 8", "Alert statuses", "Option A", "Option B", "Troubleshooting"])
    await expect(page.getByRole("heading", { name: new RegExp(name) }).first()).toBeVisible();
  await expect(page.getByText(/^http:\/\/localhost:\d+\/api\/azure\/callback$/).first()).toBeVisible();
  await expect(page.getByText("<YOUR_TENANT_ID>").first()).toBeVisible();
  expect(await page.content()).not.toContain(tenantId);
  const contents = page.getByRole("navigation", { name: "On this page" });
  await contents.getByRole("link", { name: "Troubleshooting" }).click();
  await expect(page).toHaveURL(/#troubleshooting$/);
  await expect(page.getByRole("heading", { name: /^Troubleshooting/ })).toBeInViewport();

  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await visit(page, guidePath);
  await expect(page.getByRole("complementary", { name: "Your values" })).toContainText("Azure Production");
  await expect(page.getByText(`/subscriptions/${subscriptions.production}`).first()).toBeVisible();
  expect(await page.content()).not.toMatch(text);
  expect((await visit(page, "/docs/no-such-vendor"))?.status()).toBe(404);
});
