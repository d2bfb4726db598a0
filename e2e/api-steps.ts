import { expect, type Page } from "@playwright/test";
import { stack } from "./stack.ts";
import { visit, reload } from "./helpers.ts";

export const origin = new URL(stack.portalUrl).origin;

/** Makes an API token on the portal's page for API tokens. Returns the token's text. */
export async function makeToken(page: Page, name: string, triage: boolean): Promise<string> {
  await visit(page, "/settings/tokens");
  await page.getByLabel("Name").fill(name);
  if (triage)
    for (const scope of [/^Triage/, /^Export/]) await page.getByRole("checkbox", { name: scope }).check();
  await page.getByLabel("Expires").selectOption("7");
  await page.getByRole("button", { name: "Create token" }).click();
  await expect(page.getByText("you won't see it again")).toBeVisible();
  const text = (await page.getByRole("status").locator("code").textContent()) ?? "";
  await reload(page);
  await expect(page.getByText(text)).toHaveCount(0);
  await expect(page.getByRole("listitem").filter({ hasText: name })).toContainText(`…${text.slice(-4)}`);
  return text;
}

/** Posts a body of 512 KiB without a content length. Returns the status of the answer. */
export async function sentInChunks(token: string, address: string): Promise<number> {
  let left = 8;
  const body = new ReadableStream({
    pull: (stream) => (left-- > 0 ? stream.enqueue(new Uint8Array(65_536).fill(0x20)) : stream.close()),
  });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = await fetch(origin + address, {
    method: "POST",
    headers,
    body,
    duplex: "half",
  } as RequestInit);
  return answer.status;
}

/** Calls `ask` `count` times, in batches of 25 parallel calls. */
export async function flood(count: number, ask: () => Promise<unknown>): Promise<void> {
  for (let at = 0; at < count; at += 25) await Promise.all(Array.from({ length: 25 }, ask));
}
