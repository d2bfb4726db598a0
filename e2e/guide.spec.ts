import { expect, test } from "@playwright/test";
import { applications, rows, secrets, signIn, subscriptions, tenantId, visit } from "./helpers.ts";
import { stack } from "./stack.ts";

test.describe.configure({ mode: "serial" });

test("an admin follows the guide's Step 7 and sees the alerts of Step 8", async ({ page }) => {
  await signIn(page, "Ana Admin");
  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { name: "Vendor Configurations" })).toBeVisible();
  await page.getByRole("link", { name: "Add Configuration" }).click();
  await page.getByLabel("Auth Type").selectOption("oauth");
  await page.getByLabel("Change alert status as").selectOption("application");
  await page.getByLabel("Client Secret", { exact: true }).fill("0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d");
  for (const [label, value] of [
    ["Display Name", "Azure Production"],
    ["Tenant ID", tenantId],
    ["Subscription ID", subscriptions.production],
    ["Application ID", applications.admin],
  ] as const)
    await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("This looks like the Secret ID")).toBeVisible();
  await page.getByLabel("Client Secret", { exact: true }).fill("wrong8Q~secret");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Entra ID refused the Client Secret").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Keep trying" })).toBeVisible();
  await page.getByLabel("Client Secret", { exact: true }).fill(secrets.first);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved. The first alerts are on their way.")).toBeVisible();
  await expect(async () => {
    await visit(page, "/detections");
    await expect(rows(page).first()).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
});

test("a status change is pending, sent, and confirmed by Azure", async ({ page }) => {
  await signIn(page, "Ana Admin");
  await visit(page, "/detections?status=active&q=ransomware");
  await page.getByRole("link", { name: /Ransomware/ }).click();
  const detail = page.getByRole("article");
  await detail.getByRole("button", { name: "Change status" }).click();
  await page.getByRole("radio", { name: /^Resolved/ }).check();
  await page.getByLabel("Note").fill("Cleaned up with the owner.");
  await page.getByRole("button", { name: "Set Resolved" }).click();
  await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
  await expect(detail.getByText("Azure confirmed Resolved")).toBeVisible({ timeout: 30_000 });
  await expect(detail.getByText("Cleaned up with the owner.")).toBeVisible();
  const alerts = (await (await fetch(`${stack.controlUrl}/alerts`)).json()) as {
    properties: { alertDisplayName: string; status: string };
  }[];
  expect(
    alerts.find((alert) => alert.properties.alertDisplayName.startsWith("Ransomware"))?.properties.status,
  ).toBe("Resolved");
});

test("someone else of the directory waits, is let in, and is removed at once", async ({ page, browser }) => {
  const other = await browser.newPage();
  await signIn(other, "Ben Analyst");
  await expect(other.getByText("not in the team yet")).toBeVisible();
  await expect(other.getByText("Ana Admin")).toBeVisible();
  await signIn(page, "Ana Admin");
  await visit(page, "/settings/team");
  await page.getByRole("button", { name: "Approve" }).click();
  await expect(page.getByRole("combobox", { name: "Role of Ben Analyst" })).toBeVisible();
  await visit(other, "/detections");
  await expect(other.getByRole("heading", { name: "Detections" })).toBeVisible();
  // in Settings, an analyst sees only their own pages
  await other.getByRole("link", { name: "Settings" }).click();
  await expect(other.getByRole("heading", { name: "Azure accounts" })).toBeVisible();
  await expect(other.getByRole("link", { name: "Team" })).toHaveCount(0);
  await page
    .getByRole("listitem")
    .filter({ hasText: "Ben Analyst" })
    .getByRole("button", { name: "Remove" })
    .click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove Ben Analyst" }).click();
  await expect(page.getByRole("combobox", { name: "Role of Ben Analyst" })).toHaveCount(0);
  await visit(other, "/detections");
  await expect(other.getByRole("button", { name: "Sign in with Microsoft" })).toBeVisible();
});
