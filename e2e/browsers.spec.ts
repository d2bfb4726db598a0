import { expect, type Page, test } from "@playwright/test";
import { connect, isUsable, rows, signIn, subscriptions, visit } from "./helpers.ts";
import { fire, isLive, isStored } from "./live-steps.ts";

const soon = { timeout: 20_000 };

test.beforeEach(async ({ page }) => {
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
});

async function openRow(page: Page, title: string): Promise<void> {
  await fire(page, title);
  await isStored(page, title);
  await visit(page, `/detections?range=all&q=${encodeURIComponent(title)}`);
  await isLive(page);
  await rows(page).getByRole("link").first().click();
  await expect(page.getByRole("article")).toBeVisible();
}

async function resolve(page: Page, note: string): Promise<void> {
  await page.getByRole("article").getByRole("button", { name: "Change status" }).click();
  await page.getByRole("radio", { name: /^Resolved/ }).check();
  if (note) await page.getByLabel("Note").fill(note);
  await page.getByRole("button", { name: "Set Resolved" }).click();
}

test("a page that was open during an update says so, sends nothing and keeps the note", async ({ page }) => {
  await openRow(page, "Update: an old tab");
  // the answer of a build that doesn't know the action; Next's own client reads it
  await page.route(/.*/, (route) =>
    route.request().headers()["next-action"]
      ? route.fulfill({
          status: 404,
          headers: { "x-nextjs-action-not-found": "1", "content-type": "text/plain" },
          body: "Server action not found.",
        })
      : route.fallback(),
  );
  await resolve(page, "Agreed with the owner.");
  const toast = page.getByText(/PocketSOC was updated since this page was opened, so nothing was changed/);
  await expect(toast).toContainText("Your note is kept for the next try.");
  await expect(page.getByText("PocketSOC was updated.", { exact: true })).toBeVisible();
  await page.unroute(/.*/);
  await page.getByRole("button", { name: "Reload" }).click();
  await expect(page.getByText("PocketSOC was updated.", { exact: true })).toBeHidden();
  await isUsable(page);
  await page.getByRole("article").getByRole("button", { name: "Change status" }).click();
  await expect(page.getByLabel("Note")).toHaveValue("Agreed with the owner.");
  await page.getByRole("button", { name: "Cancel" }).click();
});

test("an open page learns of an update by itself, and goes on", async ({ page }) => {
  await visit(page, "/detections?range=all");
  await isLive(page);
  await page.route(/\/api\/(feed|health)/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "x-pocketsoc-build": "another" } });
  });
  await fire(page, "Update: an alert meanwhile");
  await expect(page.getByText("PocketSOC was updated.", { exact: true })).toBeVisible(soon);
  // the list goes on
  await expect(page.getByRole("button", { name: /1 new/ })).toBeVisible(soon);
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

test("an action that is the first to meet the update neither hides what it made nor drops what is typed", async ({
  page,
}) => {
  // only the answer to the action names another build, as with a page that asks nothing by itself
  await page.route(/\/settings\//, async (route) => {
    if (!route.request().headers()["next-action"]) return route.fallback();
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "x-pocketsoc-build": "another" } });
  });
  await visit(page, "/settings/tokens");
  await page.evaluate(() => (document.title = "the same document"));
  await page.getByLabel("Name", { exact: true }).fill("Made during an update");
  await page.getByRole("button", { name: "Create token" }).click();
  await expect(page.getByText("PocketSOC was updated.", { exact: true })).toBeVisible();
  await expect(page.getByText("created. Copy it now: you won't see it again.")).toBeVisible();
  expect(await page.title()).toBe("the same document");
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

test("a page that the browser translates goes on", async ({ page }) => {
  await openRow(page, "Translated: one");
  const translate = () =>
    page.evaluate(() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const texts: Text[] = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(node as Text);
      for (const text of texts) {
        const wrapper = document.createElement("font");
        text.replaceWith(wrapper);
        wrapper.append(text);
      }
    });
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await translate();
  // as React takes away a text and puts another one before it, which hardly a part of this page needs
  await page.evaluate(() => {
    const line = document.body.appendChild(document.createElement("p"));
    const [text, next] = ["old", "next"].map((word) => line.appendChild(document.createTextNode(word)));
    for (const one of [text, next]) {
      const wrapper = document.createElement("font");
      one?.replaceWith(wrapper);
      wrapper.append(one ?? "");
    }
    if (!text || !next) throw new Error("no texts");
    line.removeChild(text);
    line.insertBefore(document.createTextNode("new "), next);
    if (line.textContent !== "new next") throw new Error(line.textContent);
    line.remove();
  });
  await resolve(page, "Looked at it.");
  await translate();
  await expect(page.getByText(/Azure confirmed Resolved/).first()).toBeVisible(soon);
  await visit(page, "/detections?range=all");
  await isLive(page);
  await translate();
  for (const count of [1, 2]) {
    await fire(page, `Translated: new ${count}`);
    await expect(page.getByRole("button", { name: new RegExp(`^${count} new`) })).toBeVisible(soon);
    await translate();
  }
  await page.keyboard.press(".");
  await expect(rows(page).first()).toContainText("Translated: new 2");
  await expect(page.getByText("This page could not be shown")).toBeHidden();
  expect(errors).toEqual([]);
});

test("iOS makes no links of ids and ports, translators leave live parts alone, and the theme is the portal's", async ({
  page,
}) => {
  await visit(page, "/detections?range=all");
  const contents = (name: string) => page.locator(`meta[name="${name}"]`).getAttribute("content");
  expect(await contents("format-detection")).toBe("telephone=no, date=no, address=no, email=no, url=no");
  expect(await contents("darkreader-lock")).toBe("true");
  expect(
    await rows(page)
      .first()
      .evaluate((row) => (row as HTMLElement).translate),
  ).toBe(false);
});

test("a page that the browser kept while the person was elsewhere is loaded anew, before the sign-in too", async ({
  page,
  browser,
}) => {
  const stranger = await browser.newPage();
  await visit(stranger, "/sign-in");
  await visit(page, "/settings/team");
  for (const one of [stranger, page]) {
    await one.evaluate(() => (document.title = "kept"));
    const loaded = one.waitForEvent("load");
    // as from the back/forward cache, which this browser is started without
    await one.evaluate(() => {
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    });
    await loaded;
    await expect(one).not.toHaveTitle("kept");
  }
  await stranger.context().close();
});
