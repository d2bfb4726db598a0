import { type Page, test } from "@playwright/test";
import { noViolations as holds } from "./axe.ts";
import { connect, rows, signIn, subscriptions, visit } from "./helpers.ts";

const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

/**
 * pages whose dark colours are also tested on a phone, where these pages look different; all other pages have the same
 * colours as on a desktop
 */
const phonePages = ["feed", "filter sheet", "detail", "status dialog"];

function noViolations(page: Page, name: string): Promise<void> {
  const isPhone = (page.viewportSize()?.width ?? 0) < 500;
  return holds(page, name, isPhone && !phonePages.includes(name) ? ["light"] : ["light", "dark"]);
}

for (const [size, viewport] of Object.entries(sizes)) {
  // long: one visit to each page
  test(`axe finds no violations on any page, in light and dark, ${size}`, async ({ browser }) => {
    test.setTimeout(150_000);
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    await visit(page, "/sign-in");
    await noViolations(page, "sign-in");
    await visit(page, "/docs/defender-for-cloud");
    await noViolations(page, "guide, signed out");
    await signIn(page, "Nils Newcomer");
    await noViolations(page, "waiting");
    await context.clearCookies();
    await signIn(page, "Ana Admin");
    await connect(page, "Azure Production", subscriptions.production);
    await visit(page, "/settings");
    await noViolations(page, "settings");
    await page.getByRole("link", { name: /^Edit/ }).first().click();
    await page.getByRole("heading", { name: "Credential" }).waitFor();
    await noViolations(page, "configuration");
    await page.getByRole("button", { name: "Check again" }).click();
    await page.getByRole("dialog").waitFor();
    await noViolations(page, "check dialog");
    for (const path of [
      "/settings/configurations/new",
      "/settings/team",
      "/settings/audit-log",
      "/settings/accounts",
      "/settings/tokens",
      "/settings/readiness",
      "/settings/notifications",
      "/settings/outgoing-webhook",
      "/connect/failed?why=late",
    ]) {
      await visit(page, path);
      await noViolations(page, path);
    }
    await visit(page, "/docs/defender-for-cloud");
    await noViolations(page, "guide, signed in");
    await visit(page, "/settings/webhooks");
    await noViolations(page, "webhook URLs");
    await page.getByText("Option B: Manual setup").click();
    await page.getByRole("button", { name: "Rotate" }).click();
    await noViolations(page, "rotate dialog");
    await visit(page, "/detections?range=all&q=nothing-holds-this");
    await noViolations(page, "empty feed");
    await visit(page, "/detections?range=all");
    await rows(page).first().waitFor();
    await noViolations(page, "feed");
    if (size === "phone") {
      await page.getByRole("button", { name: "Filters" }).click();
      await page.getByRole("dialog").waitFor();
      await noViolations(page, "filter sheet");
      await page.getByRole("button", { name: "Show results" }).click();
    }
    await rows(page).getByRole("link").first().click();
    await page.getByRole("article").waitFor();
    await noViolations(page, "detail");
    await page.getByRole("button", { name: "Change status" }).last().click();
    await page.getByRole("dialog").waitFor();
    await noViolations(page, "status dialog");
    await visit(page, "/detections/00000000-0000-7000-8000-000000000000");
    await noViolations(page, "not found");
    await context.close();
  });
}
