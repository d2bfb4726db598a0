import { execFileSync } from "node:child_process";
import { expect, type Page, test } from "@playwright/test";
import { arrive, connect, rows, signIn, subscriptions, visit } from "./helpers.ts";
import { stack } from "./stack.ts";

test("two organisations of one directory see nothing of each other", async ({ page, browser, request }) => {
  execFileSync(
    process.execPath,
    ["scripts/org.ts", "create", "Contoso Retail", "--admin", "viewer@contoso.example"],
    { env: { ...process.env, POCKETSOC_STATE_DIR: stack.stateDir } },
  );
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  await visit(page, "/detections?range=all");
  const address = await rows(page).getByRole("link").first().getAttribute("href");
  const id = address?.split("/").at(-1) ?? "";
  await visit(page, "/settings");
  const settings = await page.getByRole("link", { name: /^Edit/ }).first().getAttribute("href");

  const other = await browser.newPage();
  await signIn(other, "Vera Viewer");
  await expect(other.getByText("Contoso Retail")).toBeVisible();
  await expect(other.getByText("Connect your first subscription")).toBeVisible();
  for (const foreign of [`/detections/${id}`, settings ?? ""]) {
    const answer = await visit(other, foreign);
    expect(answer?.status()).toBe(404);
    await expect(other.getByText("This isn't here")).toBeVisible();
  }
  const api = await other.request.get(`/api/feed/${id}`);
  expect(api.status()).toBe(404);
  const byId = (await (await other.request.get(`/api/feed?id=${id}`)).json()) as { items: unknown[] };
  expect(byId.items).toEqual([]);
  expect((await request.get(`/api/feed/${id}`)).status()).toBe(401);
  // both organisations may read the same subscription, and stay separate
  await connect(other, "Retail's own", subscriptions.production);
  await visit(other, "/detections?range=all");
  await expect(rows(other).first()).toBeVisible();
  const { items } = (await (await other.request.get("/api/v1/detections?range=all")).json()) as {
    items: { configurationName: string }[];
  };
  expect([...new Set(items.map(({ configurationName }) => configurationName))]).toEqual(["Retail's own"]);
});

test("a tab of one organisation neither shows nor changes another one that a second tab chose", async ({
  page,
  context,
}) => {
  await signIn(page, "Ana Admin");
  await connect(page, "Azure Production", subscriptions.production);
  execFileSync(
    process.execPath,
    ["scripts/org.ts", "create", "Contoso Labs", "--admin", "admin@contoso.example"],
    { env: { ...process.env, POCKETSOC_STATE_DIR: stack.stateDir } },
  );
  // a new sign-in makes her its Admin
  await context.clearCookies();
  await visit(page, "/sign-in");
  await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await page.getByRole("button", { name: "Ana Admin" }).click();
  await arrive(page);
  const choose = async (tab: Page, name: string) => {
    await tab.getByLabel("Organisation").selectOption(name);
    await arrive(tab);
  };
  const shown = (tab: Page) => tab.getByLabel("Organisation").locator("option:checked");
  await expect(shown(page)).toHaveText("Contoso");
  await visit(page, "/settings/outgoing-webhook");
  const address = page.getByLabel("Address", { exact: true });
  await address.fill("https://hooks.example.com/typed");
  const [edit, tokens, second] = [await context.newPage(), await context.newPage(), await context.newPage()];
  await visit(edit, "/settings");
  await edit.getByRole("link", { name: /^Edit/ }).first().click();
  await edit.getByLabel("Display Name", { exact: true }).fill("Azure Labs");
  await visit(tokens, "/settings/tokens");
  await visit(second, "/settings");
  await choose(second, "Contoso Labs");
  await expect(shown(second)).toHaveText("Contoso Labs");

  // an open form isn't replaced by the other organisation's
  const bar = page.getByText("This browser is in another organisation now, or signed in as somebody else.");
  await expect(bar).toBeVisible();
  await expect(address).toHaveValue("https://hooks.example.com/typed");
  await expect(shown(page)).toHaveText("Contoso");
  // nor does it say that the configuration was deleted
  await edit.getByRole("button", { name: "Save", exact: true }).click();
  await expect(
    edit.getByText("This browser is in another organisation now, so nothing was changed."),
  ).toBeVisible();
  // a link opens no page of the other organisation in this one's frame
  await tokens.getByRole("link", { name: "Team" }).click();
  await expect(tokens.getByRole("heading", { name: "This browser is now in Contoso Labs" })).toBeVisible();
  await tokens.getByRole("link", { name: "Go on in Contoso Labs" }).click();
  await expect(shown(tokens)).toHaveText("Contoso Labs");
  await expect(tokens).toHaveURL(/\/settings\/team$/);

  await choose(second, "Contoso");
  await expect(bar).toBeHidden();
  await expect(address).toHaveValue("https://hooks.example.com/typed");
});
