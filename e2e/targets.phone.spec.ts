import { expect, type Page, test } from "@playwright/test";
import { connect, reload, rows, signIn, subscriptions, visit } from "./helpers.ts";

/**
 * Finds the page's controls that are smaller than a thumb. A control's label counts towards its size, and so does the area
 * of a row that a link covers. Hidden controls, and links within a sentence, are left out.
 */
const smallTargets = (page: Page) =>
  page.evaluate(() => {
    const minimumPx = 44;
    const isSmall = (element: Element) => {
      const target = element.closest("label") ?? element;
      const { width, height } = target.getBoundingClientRect();
      // elements for keyboards and screen readers alone are one pixel large
      if (width <= 1 || height <= 1) return false;
      const style = getComputedStyle(element);
      if (style.visibility === "hidden" || (element.tagName === "A" && style.display === "inline"))
        return false;
      if (getComputedStyle(element, "::after").position === "absolute") return false;
      // rounding may take half a pixel
      return width < minimumPx - 0.5 || height < minimumPx - 0.5;
    };
    const all = document.querySelectorAll("a, button, input, select, textarea, summary, [role=button]");
    return [...all]
      .filter((element) => isSmall(element))
      .map((element) =>
        `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent}`.trim(),
      );
  });
/** the widths of a phone, of a small one, which a desktop zoomed to 400 % has too, and of one that folds, in px */
const widths = [390, 320, 280];

/** Returns those widths of the screen on which the page is wider than the screen. */
async function tooNarrow(page: Page): Promise<number[]> {
  const narrow: number[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: 844 });
    // not compared with innerWidth, because a phone zooms out until a page that is too wide fits
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) narrow.push(width);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  return narrow;
}

test("on a phone every control is as large as a thumb, and no page is wider than the screen", async ({
  page,
}) => {
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await visit(page, "/detections");
  await expect(rows(page).first()).toBeVisible();
  const detection = await rows(page).getByRole("link").first().getAttribute("href");
  const paths = [
    "/detections",
    detection ?? "",
    "/settings",
    "/settings/configurations/new",
    "/settings/webhooks",
    "/settings/deliveries",
    "/settings/team",
    "/settings/audit-log",
    "/settings/readiness",
    "/settings/notifications",
    "/settings/outgoing-webhook",
    "/settings/accounts",
    "/settings/tokens",
  ];
  for (const path of paths) {
    await visit(page, path);
    await expect(page.getByRole("heading").first()).toBeVisible();
    const small = (await smallTargets(page)).filter((target) => !target.startsWith("A Link to "));
    expect
      .soft({ path, small, tooNarrow: await tooNarrow(page) })
      .toEqual({ path, small: [], tooNarrow: [] });
  }
});

test("on-call hours are chosen with a thumb, and Readiness shows which hours nobody covers", async ({
  page,
}) => {
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await visit(page, "/settings/notifications");
  await page.getByRole("checkbox", { name: "Medium" }).check();
  await page.getByRole("radio", { name: "In these hours" }).check();
  await page.getByLabel("Time zone").fill("Europe/Vienna");
  await page.locator("label").filter({ hasText: /^Sa$/ }).tap();
  await page.getByLabel("to", { exact: true }).selectOption("17:30");
  await page.getByRole("button", { name: "Add a window" }).tap();
  await expect(page.getByText("the next day")).toBeVisible();
  await expect(page.getByText(/^You're (on shift now|off shift)/)).toBeVisible();
  expect((await smallTargets(page)).filter((target) => !target.startsWith("A Link to "))).toEqual([]);
  expect(await tooNarrow(page)).toEqual([]);
  await page.getByRole("button", { name: "Save", exact: true }).tap();
  await expect(page.getByText("Saved.")).toBeVisible();
  await reload(page);
  await expect(page.getByLabel("Time zone")).toHaveValue("Europe/Vienna");
  await expect(page.getByRole("checkbox", { name: "Saturday" }).first()).toBeChecked();
  await page.getByLabel("Time zone").fill("Nowhere/Else");
  await page.getByRole("button", { name: "Save", exact: true }).tap();
  await expect(page.getByText("This time zone isn't known here.")).toBeVisible();
  await visit(page, "/settings/readiness");
  await expect(page.getByText("Medium: ")).toBeVisible();
  await expect(
    page
      .getByRole("main")
      .getByText(/Ana Admin/)
      .first(),
  ).toBeVisible();
  // restored for the journeys that follow
  await visit(page, "/settings/notifications");
  await page.getByRole("checkbox", { name: "Medium" }).first().uncheck();
  await page.getByRole("radio", { name: "Always" }).check();
  await page.getByRole("button", { name: "Save", exact: true }).tap();
  await expect(page.getByText("Saved.")).toBeVisible();
});
