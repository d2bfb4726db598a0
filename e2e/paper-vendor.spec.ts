import { expect, test } from "@playwright/test";
import { Contract } from "./api-contract.ts";
import { makeToken } from "./api-steps.ts";
import { rows, signIn, visit } from "./helpers.ts";
import { paperStack } from "./stack.ts";

test.describe.configure({ mode: "serial" });
// the ledger takes ten calls a minute, and each is waited for
test.setTimeout(120_000);

const key = "pk_CANARY-may-write-0001";
type Slip = { number: string; state: string; finding: string; holder: string; remarks: string[] };
const ledger = async (method: "GET" | "POST", path: string, body?: object) => {
  const sent = body ? JSON.stringify(body) : null;
  const response = await fetch(`${paperStack.ledgerUrl}/control/${path}`, { method, body: sent });
  return (await response.json()) as Slip[];
};

// long: one way from the form to the decision at the vendor, a step a line
test("a second vendor is chosen first, connected by key, and takes a decision back", async ({
  page,
  request,
}) => {
  await ledger("POST", "slips", { drawer: "ward/3f", number: "S-1", headline: "A stranger at the door" });
  await signIn(page, "Ana Admin");
  await visit(page, "/settings/configurations/new");
  await expect(page.getByLabel("Display Name")).toHaveCount(0);
  await page.getByRole("link", { name: /Paper Ledger/ }).click();
  await page.getByLabel("Display Name", { exact: true }).fill("Ward ledger");
  await page.getByLabel("Drawer", { exact: true }).fill("Ward/3F");
  await page.getByLabel("API Key", { exact: true }).fill(key);
  await page.getByLabel("Notes", { exact: true }).selectOption("send");
  for (const word of [/Azure/, /Entra/, /[Ss]ubscription/, /Microsoft/])
    await expect(page.locator("form, aside").getByText(word)).toHaveCount(0);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved. The first alerts are on their way.")).toBeVisible();

  await visit(page, "/detections");
  // the ledger takes a call every six seconds, and a poll or a decision needs several: so these waits are long
  await expect(rows(page).first()).toContainText("A stranger at the door", { timeout: 60_000 });
  await page.getByRole("link", { name: /A stranger at the door/ }).click();
  const detail = page.getByRole("article");
  await detail.getByRole("button", { name: /^Acknowledge/ }).click();
  await expect(detail.getByText(/Ana Admin/).first()).toBeVisible();
  await detail.getByRole("button", { name: "Change status" }).click();
  await expect(page.getByRole("radio", { name: /^Dismissed/ })).toBeDisabled();
  await expect(page.getByText("Paper Ledger has no such status")).toBeVisible();
  await page.getByRole("radio", { name: /^Resolved/ }).check();
  await page.getByLabel("Note").fill("It was the postman.");
  await page.getByRole("button", { name: "Set Resolved" }).click();
  // the row has left the list, so the message at the screen's foot tells
  await expect(page.getByText("Paper Ledger confirmed Resolved.")).toBeVisible({ timeout: 60_000 });
  const [slip] = await ledger("GET", "slips");
  expect(slip).toMatchObject({
    state: "closed",
    finding: "confirmed",
    holder: "Ana Admin",
    remarks: ["It was the postman."],
  });

  const token = await makeToken(page, "A script", false);
  const document = await request.get("/api/v1/openapi.json");
  const contract = new Contract(await document.json());
  const { body: configurations } = await contract.askWith(request, token, "/api/v1/configurations");
  const { body: list } = await contract.askWith(request, token, "/api/v1/detections?range=all");
  const vendor = { vendor: "paper-ledger", provider: "Paper Ledger" };
  expect(configurations.items).toMatchObject([
    { ...vendor, scope: { id: "ward/3f", name: "Drawer ward/3f" } },
  ]);
  expect(list.items).toMatchObject([{ ...vendor, status: "resolved", acknowledgedBy: "Ana Admin" }]);
  const { body: one } = await contract.askWith(request, token, `/api/v1/detections/${list.items[0].id}`);
  expect(one).toMatchObject({ ...vendor, vendorUrl: "https://desk.ledger.example/slips/S-1" });
  expect(JSON.parse(one.raw)).toMatchObject({ number: "S-1" });

  // the vendor's own trouble is told as such, though its error was made in another copy of the modules than the route's
  await ledger("POST", "fault", { kind: 500 });
  const address = `/api/v1/configurations/${configurations.items[0].id}/alerts`;
  await expect(async () => {
    const { status, body } = await contract.askWith(request, token, address);
    expect(status).toBe(503);
    expect(body.detail).toContain("Paper Ledger has trouble of its own");
  }).toPass({ timeout: 30_000, intervals: [2_000] });
});
