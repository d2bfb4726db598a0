import { expect, type Page, test } from "@playwright/test";
import {
  applications,
  azureStatusOf,
  connect,
  control,
  rows,
  secrets,
  signIn,
  subscriptions,
  visit,
} from "./helpers.ts";

async function setStatus(page: Page, status: string, note = ""): Promise<void> {
  await page.getByRole("article").getByRole("button", { name: "Change status" }).click();
  await page.getByRole("radio", { name: new RegExp(`^${status}`) }).check();
  if (status === "Dismissed") await page.getByText("Expected", { exact: true }).click();
  if (note) await page.getByLabel("Note").fill(note);
  await page.getByRole("button", { name: `Set ${status}` }).click();
}

test("each status is sent to Azure and read again; Undo gives an alert back and sends nothing", async ({
  page,
}) => {
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await visit(page, "/detections?q=coin");
  await rows(page).getByRole("link").first().click();
  const detail = page.getByRole("article");
  await detail.getByRole("button", { name: "Acknowledge" }).click();
  await expect(detail.getByText(/yours since/)).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(detail.getByText(/yours since/)).toBeHidden();
  await detail.getByRole("button", { name: "Acknowledge" }).click();
  await detail.getByRole("button", { name: "Release" }).click();
  await expect(detail.getByText("Released: nobody owns it now")).toBeVisible();
  await page.keyboard.press("a");
  await expect(detail.getByText(/yours since/)).toBeVisible();

  await setStatus(page, "In Progress");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Nothing was sent to Azure")).toBeVisible();
  expect(await azureStatusOf("Coin miner")).toBe("Active");
  for (const [status, azure, note] of [
    ["In Progress", "InProgress", ""],
    ["Resolved", "Resolved", "The host was rebuilt."],
    ["Active", "Active", ""],
    ["Dismissed", "Dismissed", "A load test, agreed with the owner."],
  ] as const) {
    await setStatus(page, status, note);
    await expect(detail.getByText(`Azure confirmed ${status}`).first()).toBeVisible();
    await expect(detail.getByRole("button", { name: "Change status" })).toBeEnabled();
    expect(await azureStatusOf("Coin miner")).toBe(azure);
  }
  await expect(detail.getByText("A load test, agreed with the owner.").first()).toBeVisible();
  await expect(detail.getByText(/Asked for Dismissed as Expected/)).toBeVisible();
});

test("a change of many detections has one result each, and nothing is closed without a reason", async ({
  page,
}) => {
  await signIn(page, "Ana Admin");
  await visit(page, "/detections?status=active");
  await rows(page).nth(0).getByRole("checkbox").check();
  await rows(page).nth(1).getByRole("checkbox").check();
  await page.getByRole("button", { name: "Change status" }).click();
  await page.getByRole("radio", { name: /^Dismissed/ }).check();
  await page.getByRole("button", { name: "Set Dismissed" }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("Choose why it is dismissed");
  await page.getByRole("radio", { name: /^Resolved/ }).check();
  await page.getByLabel("Note").fill("Both hosts were rebuilt.");
  await page.getByRole("button", { name: "Set Resolved" }).click();
  await expect(page.getByText("Azure confirmed Resolved for 2 of 2.")).toBeVisible({ timeout: 30_000 });
});

test("keys move, open and change detections, and the help lists them", async ({ page }) => {
  await signIn(page, "Ana Admin");
  await visit(page, "/detections?status=active");
  await expect(rows(page).first()).toBeVisible();
  await expect(async () => {
    await page.keyboard.press("j");
    await expect(rows(page).nth(1).getByRole("link")).toBeFocused({ timeout: 500 });
  }).toPass();
  await page.keyboard.press("o");
  await expect(page.getByRole("article")).toBeVisible();
  await page.keyboard.press("i");
  await expect(page.getByRole("radio", { name: /^In Progress/ })).toBeChecked();
  await expect(page.getByLabel("Note")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(rows(page).nth(1).getByRole("link")).toBeFocused();
  await page.keyboard.press("d");
  await page.keyboard.press("2");
  await expect(page.getByRole("radio", { name: "False positive", exact: true })).toBeChecked();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("article")).toHaveCount(0);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
});

test("an application with Security Reader reads alerts, and the page names the role it lacks", async ({
  page,
}) => {
  await control("POST", "/roles", {
    principal: applications.reader,
    subscriptionId: subscriptions.third,
    roles: ["SecurityReader"],
  });
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Shared", subscriptions.third, applications.reader, secrets.reader);
  await visit(page, "/detections?range=all");
  await rows(page).filter({ hasText: "Azure Shared" }).getByRole("link").first().click();
  const detail = page.getByRole("article");
  await expect(detail.getByText("Azure will refuse the change")).toBeVisible();
  await setStatus(page, "Resolved", "Looked at it.");
  await expect(detail.getByText("Not saved: True positive, remediated")).toBeVisible({
    timeout: 30_000,
  });
  await expect(detail.getByText(/Security Admin/).first()).toBeVisible();
  await visit(page, "/settings");
  await page
    .getByRole("listitem")
    .filter({ hasText: "Azure Shared" })
    .getByRole("button", { name: "Delete" })
    .click();
  await page.getByLabel(/^Type/).fill("delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Azure Shared" })).toHaveCount(0);
});

test("three subscriptions saved at once share one credential, and one without a plan is marked", async ({
  page,
}) => {
  await signIn(page, "Ana Admin");
  await visit(page, "/settings/configurations/new");
  await page.getByLabel("Display Name", { exact: true }).fill("Contoso");
  await page.getByLabel("Auth Type").selectOption("oauth");
  await page.getByLabel("Change alert status as").selectOption("application");
  await page.getByLabel("Credential", { exact: true }).selectOption({ index: 1 });
  await page
    .getByLabel("Subscription ID", { exact: true })
    .fill([subscriptions.development, subscriptions.third, subscriptions.sandbox].join("\n"));
  // the third subscription's earlier configuration may still be being deleted
  await expect(async () => {
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByText("Saved. The first alerts are on their way.")).toBeVisible({ timeout: 4_000 });
  }).toPass({ timeout: 30_000 });
  await expect(page.getByText("Every Defender plan is Free, so you will get no alerts.")).toBeVisible();
  await visit(page, "/settings");
  await expect(page.getByText("Healthy")).toHaveCount(4, { timeout: 30_000 });
  await visit(page, "/detections?range=all");
  for (const name of ["Azure Production", "Contoso (22c0ffee)", "Contoso (33c0ffee)"])
    await expect(rows(page).filter({ hasText: name }).first()).toBeAttached();
  await visit(page, "/settings/configurations/new");
  await page.getByLabel("Display Name", { exact: true }).fill("Again");
  await page.getByLabel("Auth Type").selectOption("oauth");
  await page.getByLabel("Change alert status as").selectOption("application");
  await page.getByLabel("Credential", { exact: true }).selectOption({ index: 1 });
  await page.getByLabel("Subscription ID", { exact: true }).fill(subscriptions.third);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("link", { name: "Open that configuration" })).toBeVisible();
});
