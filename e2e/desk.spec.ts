import { expect, type Page, test } from "@playwright/test";
import { boxesOf, connect, noticesHeight, rows, signIn, subscriptions, visit } from "./helpers.ts";

/** The boxes of the rows that are wholly on the screen. */
async function rowsOnScreen(page: Page) {
  const screen = page.viewportSize()?.height ?? 0;
  return (await boxesOf(rows(page))).filter(({ y, height }) => y >= 0 && y + height <= screen);
}

test("a laptop shows twenty detections or more, the first close to the top, each on one line", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1_440, height: 900 });
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await visit(page, "/detections?view=all");
  await expect(rows(page).first()).toBeVisible();
  const boxes = await rowsOnScreen(page);
  expect(boxes.length).toBeGreaterThanOrEqual(20);
  expect((boxes[0]?.y ?? Infinity) - (await noticesHeight(page))).toBeLessThanOrEqual(140);
  expect(Math.max(...boxes.map(({ height }) => height))).toBeLessThanOrEqual(38);
  // with the pane, nothing of the list lies over it or under it
  await rows(page).getByRole("link").first().click();
  await expect(page.getByRole("article")).toBeVisible();
  expect((await rowsOnScreen(page)).length).toBeGreaterThanOrEqual(20);
  const overlap = await page.evaluate(() => {
    const edge = document.querySelector("aside")?.getBoundingClientRect().left ?? 0;
    const inList = [
      ...document.querySelectorAll("header *, [aria-label=Views] *, ul[aria-label=Detections] *"),
    ];
    return inList
      .filter((element) => !element.closest("aside, .sr-only") && element.getBoundingClientRect().width > 0)
      .filter((element) => element.getBoundingClientRect().left < edge)
      .filter((element) => !element.closest("[aria-label=Views]"))
      .filter((element) => element.getBoundingClientRect().right > edge + 1)
      .map((element) => element.outerHTML.slice(0, 80));
  });
  expect(overlap).toEqual([]);
});

test("what is closed leaves the list, the next row has the focus, and Undo puts it back in its place", async ({
  page,
}) => {
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await visit(page, "/detections?view=triage&severity=medium");
  const links = rows(page).getByRole("link");
  await expect(links.nth(2)).toBeVisible();
  const [second, third] = await Promise.all([1, 2].map((at) => links.nth(at).getAttribute("data-row")));
  await expect(async () => {
    await page.keyboard.press("j");
    await expect(links.nth(1)).toBeFocused({ timeout: 500 });
  }).toPass();
  await page.keyboard.press("d");
  await page.keyboard.press("1");
  await page.keyboard.press("Enter");
  await expect(page.locator(`[data-row="${second}"]`)).toHaveCount(0);
  await expect(page.locator(`[data-row="${third}"]`)).toBeFocused();
  await page.keyboard.press("u");
  await expect(links.nth(1)).toHaveAttribute("data-row", second ?? "");
});

test("the views add up, and their numbers are their lists'", async ({ page }) => {
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  const { counts } = (await (await page.request.get("/api/v1/detections")).json()) as {
    counts: { view: Record<string, { total: number }> };
  };
  const views = page.getByRole("navigation", { name: "Views" });
  await visit(page, "/detections");
  for (const [name, view] of [
    ["Needs triage", "triage"],
    ["Closed", "closed"],
    ["All", "all"],
  ] as const) {
    await views.getByRole("link", { name: new RegExp(`^${name}`) }).click();
    await expect(views.getByRole("link", { name: new RegExp(`^${name}`) })).toHaveAttribute(
      "aria-current",
      "page",
    );
    await expect(page).toHaveURL(view === "triage" ? /\/detections$/ : new RegExp(`view=${view}`));
    await expect(views.getByRole("link", { name: new RegExp(`^${name}`) })).toContainText(
      String(counts.view[view]?.total),
    );
  }
});
