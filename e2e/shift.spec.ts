import { expect, type Page, test } from "@playwright/test";
import postgres from "postgres";
import { noViolations } from "./axe.ts";
import { arrive, isUsable, reload, signIn, visit } from "./helpers.ts";
import { stack } from "./stack.ts";

const owner = postgres(stack.databaseUrl, { max: 1, onnotice: () => {} });
const forgetAnswers = () => owner.unsafe("delete from notification_preferences");
// other journeys of this stack begin with nobody's answer
test.afterAll(async () => {
  await forgetAnswers();
  await owner.end();
});
test.use({ timezoneId: "Europe/Vienna" });

/** Signs in with a new session on the way to a page. */
async function signInTo(page: Page, path: string): Promise<void> {
  await visit(page, path);
  await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await page.getByRole("button", { name: "Ana Admin" }).click();
}

/** Makes Ana a member, who may be the first to come here, and forgets her answer about shifts. */
async function makeKnown(page: Page): Promise<void> {
  await signIn(page, "Ana Admin");
  await forgetAnswers();
}

test("the first sign-in asks when somebody is on shift, on the way to where they wanted to go", async ({
  browser,
  page: known,
}) => {
  await makeKnown(known);
  const page = await browser.newPage();
  await signInTo(page, "/settings/audit-log?actor=PocketSOC");
  await expect(page.getByRole("heading", { name: "When are you on shift?" })).toBeVisible();
  await isUsable(page);
  for (const name of ["Always", "In these hours", "I'm not on call"])
    await expect(page.getByRole("radio", { name, exact: true })).not.toBeChecked();
  await expect(page.getByText("from 07:00 to 22:00 (Europe/Vienna)")).toBeVisible();
  await page.getByRole("button", { name: "Save and continue" }).click();
  await expect(page.getByText("Choose one of the three")).toBeVisible();
  // by keyboard
  await page.getByRole("radio", { name: "Always" }).focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: "In these hours" })).toBeChecked();
  await expect(page.getByLabel("Time zone")).toHaveValue("Europe/Vienna");
  await expect(page.getByLabel("from", { exact: true })).toHaveValue("08:00");
  await page.getByRole("button", { name: "Night 22–06" }).click();
  await expect(page.getByLabel("from", { exact: true })).toHaveValue("22:00");
  await page.setViewportSize({ width: 390, height: 844 });
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ).toBeLessThanOrEqual(0);
  await noViolations(page, "the question");
  await page.getByRole("button", { name: "Save and continue" }).click();
  await expect(page).toHaveURL(/\/settings\/audit-log\?actor=PocketSOC$/);
  await page.setViewportSize({ width: 1440, height: 900 });

  // Settings has the answer; what is switched off is shown where on-call is shown
  await visit(page, "/settings/notifications");
  await expect(page.getByRole("radio", { name: "In these hours" })).toBeChecked();
  await page.getByRole("checkbox", { name: "Notify me" }).uncheck();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await visit(page, "/settings/readiness");
  await expect(page.getByText(/^Notifications off since \d/)).toBeVisible();
  await visit(page, "/settings/audit-log");
  await expect(
    page
      .getByRole("main")
      .getByText(/switched their notifications off/)
      .last(),
  ).toBeVisible();
  await page.context().close();
});

test("the question can wait until the next sign-in, and is asked no more once it is answered", async ({
  browser,
  page: known,
}) => {
  await makeKnown(known);
  const page = await browser.newPage();
  await signInTo(page, "/settings/audit-log");
  await page.getByRole("link", { name: "Ask me later" }).click();
  await expect(page).toHaveURL(/\/settings\/audit-log$/);
  // until then the browser's time zone decides when their night is
  await expect
    .poll(() => owner.unsafe("select shift, time_zone from notification_preferences"))
    .toMatchObject([{ shift: null, time_zone: "Europe/Vienna" }]);
  await page.context().clearCookies();
  await signInTo(page, "/detections");
  await expect(page.getByRole("heading", { name: "When are you on shift?" })).toBeVisible();
  await arrive(page);
  await page.context().clearCookies();
  await signInTo(page, "/detections");
  await expect(page).toHaveURL(/\/detections$/);
  await visit(page, "/welcome?next=/settings/team");
  await expect(page).toHaveURL(/\/settings\/team$/);
  await page.context().close();
});

test("a message about the form leaves when the form is changed, and nothing unfinished keeps notifications on", async ({
  page,
}) => {
  await makeKnown(page);
  await visit(page, "/welcome");
  await page.getByRole("button", { name: "Save and continue" }).click();
  await expect(page.getByText("Choose one of the three")).toBeVisible();
  await page.getByRole("radio", { name: "In these hours" }).check();
  await expect(page.getByText("Choose one of the three")).toBeHidden();
  await page.getByLabel("Time zone").fill("Mars/Olympus");
  await page.getByRole("button", { name: "Save and continue" }).click();
  await expect(page.getByText("This time zone isn't known here")).toBeVisible();
  await page.getByLabel("Time zone").fill("Europe/Vienna");
  await expect(page.getByText("This time zone isn't known here")).toBeHidden();
  await page.getByRole("button", { name: "Save and continue" }).click();
  await expect(page).toHaveURL(/\/detections$/);

  await visit(page, "/settings/notifications");
  const older = await page.context().newPage();
  await visit(older, "/settings/notifications");
  const save = page.getByRole("button", { name: "Save", exact: true });
  const notifyMe = page.getByRole("checkbox", { name: "Notify me" });
  await page.getByRole("button", { name: "Remove window 1" }).click();
  await save.click();
  await expect(page.getByText("Add at least one window")).toBeVisible();
  await notifyMe.uncheck();
  await expect(page.getByText("Add at least one window")).toBeHidden();
  await save.click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await notifyMe.check();
  await expect(page.getByText("Saved.")).toBeHidden();

  // a page from before that saves something else takes nothing of it back
  const severities = older.getByRole("group", { name: "Severity" });
  await severities.getByLabel("Informational").check();
  await older.getByRole("button", { name: "Save", exact: true }).click();
  await expect(older.getByText("Saved.")).toBeVisible();
  await reload(older);
  await expect(severities.getByLabel("Informational")).toBeChecked();
  await expect(older.getByRole("checkbox", { name: "Notify me" })).not.toBeChecked();
});

test("the question takes what was filled in without an event, as some password managers fill in fields", async ({
  page,
}) => {
  await makeKnown(page);
  await visit(page, "/welcome");
  await page.getByRole("radio", { name: "In these hours" }).check();
  await page.getByLabel("Time zone").evaluate((field: HTMLInputElement) => {
    // past React, which watches the property of the element itself
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, "Asia/Tokyo");
  });
  await page.getByRole("button", { name: "Save and continue" }).click();
  await expect(page).toHaveURL(/\/detections$/);
  expect(await owner.unsafe("select shift, time_zone from notification_preferences")).toMatchObject([
    { time_zone: "Asia/Tokyo" },
  ]);
});
