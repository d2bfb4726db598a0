import { type BrowserContext, chromium, expect, type Page } from "@playwright/test";
import postgres from "postgres";
import { afterAll, beforeAll, describe, it } from "vitest";
import { ensureChromium } from "../scripts/chromium.ts";
import { goodAlert } from "./alerts.ts";
import { cookieOf } from "./session-cookie.ts";
import { formValues } from "./stack.ts";
import { save } from "./steps.ts";
import { webhookBodyOf } from "./webhook-bodies.ts";
import { startWebhookStack, type WebhookStack } from "./webhook-stack.ts";

let stack: WebhookStack;
let context: BrowserContext;
let cookie: string;
beforeAll(async () => {
  const missing = await ensureChromium();
  if (missing) throw new Error(missing);
  stack = await startWebhookStack("test-without-database", { webs: 1, workers: 1, isBrowsed: true });
  await save(stack.admin, formValues);
  await deliver("before");
  await stack.drained();
  cookie = await cookieOf(stack.services, stack.admin, stack.env.POCKETSOC_SESSION_SECRET);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const [name = "", value = ""] = cookie.split("=");
  context = await browser.newContext({
    baseURL: String(stack.env.POCKETSOC_URL),
    viewport: { width: 1440, height: 900 },
  });
  await context.addCookies([{ name, value, url: String(stack.env.POCKETSOC_URL) }]);
});
afterAll(async () => {
  await context?.browser()?.close();
  await stack?.stop();
});

const deliver = (name: string) =>
  fetch(`${stack.address()}/api/webhooks/azure-logic-app`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${stack.token}` },
    body: JSON.stringify(
      webhookBodyOf(goodAlert({ systemAlertId: name, alertDisplayName: `Alert ${name}` }, name)),
    ),
  });
const open = async (path: string): Promise<Page> => {
  const page = await context.newPage();
  await page.goto(path);
  await page.waitForFunction(() => Object.keys(document.body).some((key) => key.startsWith("__reactProps$")));
  return page;
};

const databaseGone = "The portal can't reach its database.";
const nothingChanged = `${databaseGone} Nothing was changed; try again in a moment.`;

/** Stops PostgreSQL, and starts it again after `work`, whatever happens in it. */
async function withoutPostgres(work: () => Promise<void>): Promise<void> {
  await stack.stopPostgres();
  try {
    await work();
  } finally {
    await stack.startPostgres();
  }
}

describe("while PostgreSQL is gone", () => {
  it("open pages keep what was typed and say what happened; a fresh one loads once PostgreSQL is back", async () => {
    const list = await open("/detections");
    await expect(list.getByText("Live", { exact: true })).toBeVisible();
    await list.getByRole("link", { name: "Alert before" }).click();
    await expect(list.getByRole("heading", { name: "Alert before" })).toBeVisible();
    const tokens = await open("/settings/tokens");
    const name = tokens.getByLabel("Name", { exact: true });
    await name.fill("Nightly report");

    const fresh = await context.newPage();
    const title = fresh.getByText("The portal can't reach its database", { exact: true });
    await withoutPostgres(async () => {
      await fresh.goto("/settings/team");
      await expect(list.getByText("Live", { exact: true })).toBeHidden({ timeout: 10_000 });
      await expect(
        list.getByText("The portal can't be reached, so this list may be out of date."),
      ).toBeVisible({ timeout: 30_000 });
      await list.getByRole("button", { name: "Acknowledge", exact: true }).click();
      await expect(list.getByText(nothingChanged).first()).toBeVisible();
      await tokens.getByRole("button", { name: "Create token" }).click();
      await expect(tokens.getByText(nothingChanged)).toBeVisible();
      await expect(title).toBeVisible();
      // longer than any page waits until it rereads itself
      await tokens.waitForTimeout(20_000);
      await expect(name).toHaveValue("Nightly report");
      await expect(list.getByText("The portal can't be reached, so this may be out of date.")).toBeVisible();
      await expect(list.getByRole("heading", { name: "Alert before" })).toBeVisible();
      await expect(title).toBeVisible();
    });
    await expect(fresh.getByRole("heading", { name: "Team" })).toBeVisible();
    // the longest pause between two tries to connect the stream is 30 s
    await expect(list.getByText("Live", { exact: true })).toBeVisible({ timeout: 40_000 });
    await deliver("after");
    await list.getByRole("button", { name: /^1 new/ }).click();
    await expect(list.getByRole("link", { name: "Alert after" })).toBeVisible();
    await tokens.getByRole("button", { name: "Create token" }).click();
    await expect(tokens.getByText("Token “Nightly report” created.")).toBeVisible();
  });

  it("programs get 503 with Retry-After and a sentence, whatever the method", async () => {
    const tokens = await open("/settings/tokens");
    await tokens.getByLabel("Name", { exact: true }).fill("A program");
    await tokens.getByRole("button", { name: "Create token" }).click();
    const authorization = `Bearer ${await tokens.locator("output code").innerText()}`;
    await withoutPostgres(async () => {
      for (const [method, path] of [
        ["GET", "/api/v1/detections"],
        ["POST", "/api/v1/configurations/6a1f0000-0000-4000-8000-000000000000/sync"],
      ] as const) {
        const answer = await fetch(`${stack.address()}${path}`, { method, headers: { authorization } });
        expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "10"]);
        expect(((await answer.json()) as { detail: string }).detail).toContain(nothingChanged);
      }
      const page = await fetch(`${stack.address()}/api/session`, { headers: { cookie } });
      expect([page.status, await page.text()]).toEqual([
        503,
        expect.stringContaining(`${databaseGone} Try again in a moment.`),
      ]);
    });
  });

  it("what was under way isn't called unchanged", async () => {
    const superuser = postgres(stack.database.superUrl, { max: 1, onnotice: () => {} });
    await superuser.unsafe(`create function slow() returns trigger language plpgsql as
      $$ begin perform pg_sleep(20); return new; end $$`);
    await superuser.unsafe("create trigger slow before insert on api_tokens execute function slow()");
    const tokens = await open("/settings/tokens");
    await tokens.getByLabel("Name", { exact: true }).fill("Under way");
    await tokens.getByRole("button", { name: "Create token" }).click();
    await expect(tokens.getByRole("button", { name: "Creating …" })).toBeVisible();
    const held = () => superuser`select 1 from pg_stat_activity where wait_event = 'PgSleep'`;
    await expect.poll(async () => (await held()).length).toBe(1);
    await superuser.end();
    await withoutPostgres(async () => {
      await expect(
        tokens.getByText(`${databaseGone} It isn't known whether your change was stored`),
      ).toBeVisible();
      await expect(tokens.getByLabel("Name", { exact: true })).toHaveValue("Under way");
    });
  });
});
