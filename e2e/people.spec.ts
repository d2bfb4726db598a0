import { type Browser, expect, type Page, test } from "@playwright/test";
import { noViolations } from "./axe.ts";
import { applications, arrive, control, rows, subscriptions, tenantId, visit } from "./helpers.ts";

test.describe.configure({ mode: "serial" });

/** A subscription that no other journey uses. */
const subscription = subscriptions.third;
const name = "Own accounts";
const people = {
  ana: { name: "Ana Admin", objectId: "b2000000-0000-4000-8000-000000000001", role: "SecurityAdmin" },
  rita: { name: "Rita Reader", objectId: "b2000000-0000-4000-8000-000000000006", role: "SecurityReader" },
  otto: { name: "Otto Outsider", objectId: "b2000000-0000-4000-8000-000000000007", role: null },
};
type PersonName = keyof typeof people;
let pages: Record<PersonName, Page>;

/** Opens a new browser context in which this person is signed in to the portal. */
async function open(browser: Browser, who: PersonName): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await visit(page, "/sign-in");
  await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await page.getByRole("button", { name: people[who].name }).click();
  await arrive(page);
  return page;
}

/** Admits a waiting person to the team, as an analyst. */
async function admit(who: PersonName): Promise<void> {
  await visit(pages.ana, "/settings/team");
  const row = pages.ana.getByRole("listitem").filter({ hasText: people[who].name });
  await row.getByRole("combobox").selectOption("analyst");
  const approve = row.getByRole("button", { name: /^Approve/ });
  if (await approve.count()) await approve.click();
  await expect(row.getByRole("button", { name: /^Remove/ })).toBeVisible();
  await visit(pages[who], "/detections");
}

test.beforeAll(async ({ browser }) => {
  for (const { objectId, role } of Object.values(people))
    await control("POST", "/roles", {
      principal: objectId,
      subscriptionId: subscription,
      roles: role ? [role] : [],
    });
  pages = {
    ana: await open(browser, "ana"),
    rita: await open(browser, "rita"),
    otto: await open(browser, "otto"),
  };
});

test.afterAll(async () => {
  const page = pages.ana;
  await visit(page, "/settings");
  const card = page.getByRole("listitem").filter({ hasText: name });
  await card.getByRole("button", { name: "Delete" }).click();
  await page.getByLabel(/^Type/).fill("delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(card).toHaveCount(0);
  await visit(page, "/settings/team");
  for (const who of ["rita", "otto"] as const) {
    const row = page.getByRole("listitem").filter({ hasText: people[who].name });
    await row.getByRole("button", { name: /^Remove/ }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Remove/ })
      .click();
    await expect(row).toHaveCount(0);
  }
  for (const page of Object.values(pages)) await page.context().close();
});

test("an admin saves a delegated configuration by signing in, from the guide beside the form", async () => {
  const page = pages.ana;
  await visit(page, "/settings/configurations/new");
  await expect(page.getByLabel("Auth Type")).toHaveValue("delegated");
  await expect(page.getByLabel("Client Secret", { exact: true })).toHaveCount(0);
  await page.getByText("2. Configure the platform").click();
  const guide = page.getByLabel("Setup guide");
  await expect(guide.getByText("http://localhost:", { exact: false }).first()).toContainText(
    "/api/azure/callback",
  );
  await expect(guide.getByText("pocketsoc://auth").first()).toBeVisible();
  await expect(guide.getByText(/AADSTS7000218.*AADSTS9002327/)).toBeVisible();
  await page.getByLabel("Display Name").fill(name);
  await page.getByLabel("Tenant ID").fill(tenantId);
  await page.getByLabel("Subscription ID").fill(subscription);
  await page.getByLabel("Application ID").fill(applications.admin);
  await page.getByText("3. API permissions").click();
  await expect(
    guide.getByText(new RegExp(`/${tenantId}/adminconsent\\?client_id=${applications.admin}`)),
  ).toBeVisible();
  await page.getByRole("button", { name: "Connect and save" }).click();
  await page.getByText("Pick an account").waitFor();

  // before the sign-in returns, nothing is saved and the form says what to check
  await visit(page, "/settings/configurations/new");
  await expect(page.getByText("A sign-in at Microsoft is under way")).toBeVisible();
  await expect(page.getByLabel("Display Name")).toHaveValue(name);
  await noViolations(page);

  // after a refusal, the reason is shown, nothing is saved and the form is still filled
  await page.getByRole("button", { name: "Connect and save" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("The sign-in at Microsoft was cancelled")).toBeVisible();
  await page.getByRole("link", { name: "Back to the form" }).click();
  await page.getByRole("button", { name: "Connect and save" }).click();
  await page.getByRole("button", { name: people.ana.name }).click();
  await expect(page.getByText("Saved and connected. The first alerts are on their way.")).toBeVisible();
  await noViolations(page);
  const finished = page.url();
  await visit(page, "/settings");
  await expect(page.getByRole("listitem").filter({ hasText: name }).getByText("Healthy")).toBeVisible({
    timeout: 20_000,
  });
  await visit(page, finished);
  await expect(page.getByText("This sign-in is complete")).toBeVisible();
});

// long: one journey, in which each step needs the one before
test("three people see and change exactly what Azure lets them", async () => {
  test.setTimeout(120_000);
  for (const who of ["rita", "otto"] as const) await admit(who);
  // without a connected account nothing is shown, and the banner says what to do
  for (const who of ["rita", "otto"] as const) {
    await expect(pages[who].getByText(`to see alerts from ${name}`)).toBeVisible();
    await expect(rows(pages[who]).filter({ hasText: name })).toHaveCount(0);
  }
  const connect = async (who: PersonName) => {
    await pages[who].getByRole("button", { name: `Connect to ${name}` }).click();
    await pages[who].getByRole("button", { name: people[who].name }).click();
  };
  await Promise.all([connect("rita"), connect("otto")]);
  await expect(pages.rita.getByText("Connected as reader@contoso.example")).toBeVisible();
  await expect(pages.otto.getByText("Nothing was connected")).toBeVisible();
  await expect(
    pages.otto.getByText("Your Azure account may not read this subscription's alerts").first(),
  ).toBeVisible();

  await visit(pages.otto, "/detections?range=all");
  await expect(rows(pages.otto).filter({ hasText: name })).toHaveCount(0);
  await visit(pages.rita, "/detections?range=all");
  await expect(rows(pages.rita).filter({ hasText: name }).first()).toBeVisible();

  // Azure refuses the reader's change, sent as her own account
  const mine = rows(pages.rita).filter({ hasText: name }).filter({ hasText: "Active" }).first();
  const title = (await mine.getByRole("link").getAttribute("href")) ?? "";
  await control("DELETE", "/requests");
  await visit(pages.rita, title);
  await expect(pages.rita.getByText("Your Azure account could only read alerts")).toBeVisible();
  await change(pages.rita, "In Progress");
  await expect(pages.rita.getByText("your account may read alerts but not change them").first()).toBeVisible({
    timeout: 20_000,
  });
  // Azure accepts the admin's change
  await visit(pages.ana, title);
  await change(pages.ana, "In Progress");
  await expect(
    pages.ana.getByText("Azure confirmed In Progress, changed as admin@contoso.example").first(),
  ).toBeVisible({ timeout: 20_000 });
  const seen = (await control("GET", "/requests")) as {
    method: string;
    host: string;
    status: number;
    principal: string;
  }[];
  const writes = seen.filter(({ host, method }) => host === "arm" && method === "POST");
  expect(writes.map((write) => [write.principal, write.status])).toEqual([
    [people.rita.objectId, 403],
    [people.ana.objectId, 204],
  ]);
  // the API shows each of them the same
  const own = async (who: PersonName) => {
    const { items } = (await (await pages[who].request.get("/api/v1/configurations")).json()) as {
      items: { id: string; name: string; access: string }[];
    };
    return items.find((item) => item.name === name);
  };
  expect(await own("rita")).toMatchObject({ access: "granted" });
  expect(await own("otto")).toMatchObject({ access: "not_connected" });
  const alerts = `/api/v1/configurations/${(await own("ana"))?.id}/alerts`;
  expect((await pages.rita.request.get(alerts)).status()).toBe(200);
  expect((await pages.otto.request.get(alerts)).status()).toBe(404);
  expect((await pages.otto.request.get(`/api/v1${title}`)).status()).toBe(404);
  // one person's detection isn't found for another
  await visit(pages.otto, title);
  await expect(
    pages.otto.getByText(/isn't here|not in your organisation|can't be found/i).first(),
  ).toBeVisible();
});

async function change(page: Page, status: string): Promise<void> {
  await page.getByRole("button", { name: "Change status" }).first().click();
  await page.getByRole("radio", { name: status }).check();
  await page.getByRole("button", { name: `Set ${status}` }).click();
}

test("an account is shown and disconnected in Settings, and what it showed is hidden at once", async () => {
  const { rita } = pages;
  await visit(rita, "/settings");
  await expect(rita).toHaveURL(/\/settings\/accounts$/);
  const card = rita.getByRole("listitem").filter({ hasText: name });
  await expect(card.getByText("Connected as reader@contoso.example")).toBeVisible();
  await expect(card.getByText("We'll tell you if Microsoft asks you to sign in again")).toBeVisible();
  await noViolations(rita);
  await card.getByRole("button", { name: "Disconnect" }).click();
  await rita.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
  await expect(card.getByText("Not connected. Connect your Azure account to see its alerts.")).toBeVisible();
  await visit(rita, "/detections?range=all");
  await expect(rows(rita).filter({ hasText: name })).toHaveCount(0);
});

test("a callback that is reloaded or made up gets an explanation and changes nothing", async () => {
  const { rita } = pages;
  await visit(rita, "/settings/accounts");
  let callback = "";
  rita.on("request", (request) => {
    if (request.url().includes("/api/azure/callback")) callback = request.url();
  });
  await rita.getByRole("button", { name: `Connect ${name}` }).click();
  await rita.getByRole("button", { name: people.rita.name }).click();
  await expect(rita.getByText("Connected as reader@contoso.example")).toBeVisible();
  expect(callback).toContain("code=");
  expect(rita.url()).not.toContain("code=");
  await visit(rita, callback);
  await expect(rita.getByRole("heading", { name: "This sign-in was refused" })).toBeVisible();
  // the portal's other callback address behaves the same
  await visit(rita, callback.replace("/api/azure/callback", "/api/connect/callback"));
  await expect(rita.getByRole("heading", { name: "This sign-in was refused" })).toBeVisible();
  const forged = new URL(callback);
  forged.searchParams.set("state", "A".repeat(43));
  await visit(rita, forged.href);
  await expect(rita.getByText("PocketSOC knows no sign-in that this answer belongs to")).toBeVisible();
  await noViolations(rita);
  await visit(pages.otto, callback);
  await expect(pages.otto.getByRole("heading", { name: "This sign-in was refused" })).toBeVisible();
});

/**
 * Entra ID's error numbers that the portal can get. They come from the sign-in page, or from the answer when a code is
 * redeemed.
 */
const numbers = {
  authorize: [65001, 50105, 53000, 53003],
  code: [
    50057, 50076, 50079, 50105, 50173, 53000, 53001, 53002, 53003, 54005, 65001, 70043, 90002, 501481, 700016,
    700024, 700025, 700027, 700082, 7000215, 7000218, 7000222, 9002327,
  ],
};

test("every error number of Entra ID is shown after the callback, and nothing is connected", async () => {
  const { rita } = pages;
  await visit(rita, "/settings/accounts");
  const card = rita.getByRole("listitem").filter({ hasText: name });
  await card.getByRole("button", { name: "Disconnect" }).click();
  await rita.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
  await expect(card.getByText("Not connected")).toBeVisible();
  const [press] = await Promise.all([
    rita.waitForRequest((request) => request.method() === "POST" && "next-action" in request.headers()),
    rita.getByRole("button", { name: `Connect ${name}` }).click(),
  ]);
  const { cookie: _own, "content-length": _length, ...headers } = await press.allHeaders();
  // the same sign-in is repeated without rendering a page each time
  const begin = async () => {
    const sent = Object.fromEntries(Object.entries(headers).filter(([header]) => !header.startsWith(":")));
    const answer = await rita.request.post(press.url(), {
      headers: sent,
      data: press.postDataBuffer() ?? "",
    });
    const url = /"url":("[^"]+")/.exec(await answer.text())?.[1];
    return JSON.parse(url ?? '""') as string;
  };
  for (const [target, all] of Object.entries(numbers)) {
    for (const code of all) {
      await control("POST", "/faults", { target, kind: "aadsts", code });
      const chosen = await rita.request.post(await begin(), {
        form: { account: people.rita.objectId },
        maxRedirects: 0,
      });
      const page = await rita.request.get(chosen.headers().location ?? "");
      const shown = await page.text();
      expect([code, new URL(page.url()).pathname]).toEqual([
        code,
        expect.stringMatching(/^\/connect\/[0-9a-f-]{36}$/),
      ]);
      expect([code, shown.includes(`AADSTS${code}`), shown.includes("Nothing was changed.")]).toEqual([
        code,
        true,
        true,
      ]);
    }
  }
  await visit(rita, "/settings/accounts");
  await expect(card.getByText("Not connected")).toBeVisible();
});
