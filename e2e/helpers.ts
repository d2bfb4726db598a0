import type { BrowserContext, Locator, Page, Response } from "@playwright/test";
import { stack } from "./stack.ts";

export const subscriptions = {
  production: "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01",
  development: "22c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e02",
  third: "33c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e03",
  sandbox: "44c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e04",
};
export const secrets = {
  first: "Q_e8Q~demo-secret-value-for-pocketsoc-0001",
  second: "R7x8Q~demo-secret-value-for-pocketsoc-0002",
  reader: "Rdr8Q~demo-reader-secret-pocketsoc-000004",
  wrong: "wrong8Q~secret",
};
export const applications = {
  admin: "1d2e3f40-5a6b-4c7d-8e9f-a0b1c2d3e4f5",
  reader: "2e3f4051-6b7c-4d8e-9fa0-b1c2d3e4f506",
};
export const tenantId = "4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b";

/** Waits until React has attached its handlers to a page of the portal. Clicks before that may be lost. */
export async function isUsable(page: Page): Promise<void> {
  await page.waitForFunction(() => Object.keys(document.body).some((key) => key.startsWith("__reactProps$")));
}

/** Opens a page of the portal and waits until the page can be used. */
export async function visit(page: Page, path: string): Promise<Response | null> {
  const answer = await page.goto(path);
  await isUsable(page);
  return answer;
}

/** Reloads a page of the portal and waits until the page can be used. */
export async function reload(page: Page): Promise<void> {
  await page.reload();
  await isUsable(page);
}

/** Waits until a sign-in has led to the page `at`. Answers "Always" if the portal asks when the person is on shift. */
export async function arrive(page: Page, at = /^\/(detections|waiting)/): Promise<void> {
  await page.waitForURL(({ pathname }) => pathname === "/welcome" || at.test(pathname));
  if (new URL(page.url()).pathname === "/welcome") {
    await isUsable(page);
    await page.getByRole("radio", { name: "Always" }).check();
    await page.getByRole("button", { name: "Save and continue" }).click();
    await page.waitForURL(({ pathname }) => at.test(pathname));
  }
  await isUsable(page);
}

const cookiesByName = new Map<string, Awaited<ReturnType<BrowserContext["cookies"]>>>();

/** Signs in as one of the emulator's accounts and opens the feed. Reuses a valid session. */
export async function signIn(page: Page, name: string): Promise<void> {
  await page.context().addCookies(cookiesByName.get(name) ?? []);
  await visit(page, "/detections");
  if (/\/(detections|waiting)/.test(page.url())) return;
  await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await page.getByRole("button", { name }).click();
  await arrive(page);
  cookiesByName.set(name, await page.context().cookies());
}

/** Fills the form of a configuration as the guide says. Fields that aren't in the argument get the demo's values. */
export async function fillForm(
  page: Page,
  values: { name: string; subscriptionId: string; applicationId?: string; secret?: string },
): Promise<void> {
  const fields = {
    "Display Name": values.name,
    "Tenant ID": tenantId,
    "Subscription ID": values.subscriptionId,
    "Application ID": values.applicationId ?? applications.admin,
    "Client Secret": values.secret ?? secrets.first,
  };
  await page.getByLabel("Auth Type", { exact: true }).selectOption("oauth");
  await page.getByLabel("Change alert status as", { exact: true }).selectOption("application");
  const credential = page.getByLabel("Credential", { exact: true });
  if (await credential.count()) await credential.selectOption("");
  for (const [label, value] of Object.entries(fields))
    await page.getByLabel(label, { exact: true }).fill(value);
}

/** Calls the emulator's control API. */
export async function control(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${stack.controlUrl}${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return response.json();
}

/** Returns a locator of the feed's rows. */
export const rows = (page: Page) => page.getByRole("list", { name: "Detections" }).getByRole("listitem");

type Box = { y: number; width: number; height: number };

/** Returns the boxes in pixels of everything a locator finds, of one moment: a list may change between two questions. */
export const boxesOf = (found: Locator): Promise<Box[]> =>
  found.evaluateAll((elements) =>
    elements.map((element) => {
      const { y, width, height } = element.getBoundingClientRect();
      return { y, width, height };
    }),
  );

/** Returns the height of the notices over the feed, in pixels. Which ones there are depends on what ran before on the stack. */
export async function noticesHeight(page: Page): Promise<number> {
  const [box] = await boxesOf(page.getByRole("region", { name: "Notices" }));
  return box?.height ?? 0;
}

/** Adds a configuration, unless there is one with this name, and waits until the configuration is healthy. */
export async function connect(
  page: Page,
  name: string,
  subscriptionId: string,
  applicationId?: string,
  secret?: string,
): Promise<void> {
  await visit(page, "/settings");
  if (await page.getByRole("heading", { name, exact: true }).count()) return;
  await visit(page, "/settings/configurations/new");
  await fillForm(page, {
    name,
    subscriptionId,
    ...(applicationId ? { applicationId } : {}),
    ...(secret ? { secret } : {}),
  });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved. The first alerts are on their way.").waitFor();
  await visit(page, "/settings");
  await page.getByRole("listitem").filter({ hasText: name }).getByText("Healthy").waitFor();
}

/** Returns a status from the emulated Azure: that of the first alert whose title begins with `title`. */
export async function azureStatusOf(title: string): Promise<string | undefined> {
  const alerts = (await control("GET", "/alerts")) as {
    properties: { alertDisplayName: string; status: string };
  }[];
  return alerts.find((alert) => alert.properties.alertDisplayName.startsWith(title))?.properties.status;
}
