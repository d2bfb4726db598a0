import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { deliveries, webhookRefusals, webhookTokens } from "#db/schema/index.ts";
import { tokenText } from "#lib/domain/token-text.ts";
import { newId } from "#lib/platform/ids.ts";
import { startTestStack, type TestStack } from "#test/stack.ts";
import { signal } from "#test/steps.ts";
import { listAudit } from "#lib/core/audit/list.ts";
import { cleanUpOld } from "#programs/worker/clean-up.ts";
import type { Context } from "#lib/core/context.ts";
import { revokeWebhookToken, rotateWebhookToken, showWebhookUrl } from "./change-token.ts";
import { findWebhookToken } from "../receive/find-token.ts";
import { getWebhookUrls } from "./get-urls.ts";

const hourMs = 3_600_000;
let stack: TestStack;
let admin: Context;
beforeAll(async () => {
  stack = await startTestStack();
});
// each test has its own organisation and restores the clock and the keyring
beforeEach(async () => {
  admin = await stack.asMember("admin");
  const { now, keyring } = stack.services;
  return () => Object.assign(stack.services, { now, keyring });
});
afterAll(() => stack.stop());

const setClockAhead = (ms: number) => {
  stack.services.now = () => new Date(Date.now() + ms);
};
async function urlOf(ctx: Context = admin) {
  const [url] = await getWebhookUrls(ctx);
  if (!url) throw new Error("no vendor has a webhook");
  return url;
}
/** Returns the token of the current URL. */
async function currentToken() {
  const token = (await urlOf()).tokens.find(({ expiresAt }) => expiresAt === null);
  if (!token) throw new Error("there is no token in use");
  return token;
}
const textOf = async (id: string) => (await showWebhookUrl(admin, id)).url.split("/").at(-1) ?? "";
const find = (text: string) => findWebhookToken(stack.services, text);
const rotate = async () => rotateWebhookToken(admin, (await currentToken()).id);
const auditOf = async () => (await listAudit(admin, {})).entries.map((entry) => entry.action);
const codeOf = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    await work();
    return "ok";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
};

it("makes an organisation's first token at the first call, and only one for concurrent calls", async () => {
  const looks = await Promise.all(Array.from({ length: 6 }, () => urlOf()));
  expect(new Set(looks.map((look) => look.tokens.map(({ id }) => id).join()))).toHaveLength(1);
  expect(looks[0]?.tokens).toHaveLength(1);
  expect((await auditOf()).filter((action) => action === "webhook.url_made")).toHaveLength(1);
});

it("stores a keyed hash and the sealed text, and shows the text only with an audit entry", async () => {
  const { id, hint } = await currentToken();
  expect(await auditOf()).not.toContain("webhook.url_shown");
  const { url } = await showWebhookUrl(admin, id);
  expect(url).toMatch(/^http:\/\/localhost:3000\/api\/webhooks\/azure-logic-app\/psk_[0-9A-Za-z]{49}$/);
  expect(await auditOf()).toContain("webhook.url_shown");
  const text = url.split("/").at(-1) ?? "";
  expect(text.slice(-4)).toBe(hint);
  expect(await find(text)).toEqual({
    tokenId: id,
    organisationId: admin.actor.organisationId,
    webhook: "azure-logic-app",
  });
  await rotate();
  await revokeWebhookToken(admin, id);
  await find(text);
  const [row] = await stack.services.db.select().from(webhookTokens).where(eq(webhookTokens.id, id));
  const stored = [row?.sealed.toString("latin1"), JSON.stringify(row), JSON.stringify(await urlOf())];
  const texts = [...stack.logged, JSON.stringify(await listAudit(admin, {})), ...stored];
  expect(texts.filter((found) => found?.includes(text.slice(4, 30)))).toEqual([]);
});

it("keeps the earlier token valid for 24 hours after a rotation, by the services' clock", async () => {
  const first = await currentToken();
  const old = await textOf(first.id);
  await rotate();
  const made = await textOf((await currentToken()).id);
  expect(made).not.toBe(old);
  expect((await urlOf()).tokens.map(({ id }) => id)).toEqual([first.id, (await currentToken()).id]);
  expect([await find(old), await find(made)]).toEqual([
    expect.objectContaining({ tokenId: first.id }),
    expect.objectContaining({ organisationId: admin.actor.organisationId }),
  ]);
  setClockAhead(24 * hourMs - 60_000);
  expect(await find(old)).toMatchObject({ tokenId: first.id });
  setClockAhead(24 * hourMs + 60_000);
  expect(await find(old)).toEqual({ unknown: first.id });
  expect(await find(made)).toMatchObject({ webhook: "azure-logic-app" });
  expect((await urlOf()).tokens).toHaveLength(1);
});

it("ends the older token at once on a second rotation, and rotates each token only once", async () => {
  const first = await currentToken();
  const old = await textOf(first.id);
  await rotate();
  const second = await currentToken();
  // from a page that was opened before the first rotation
  expect(await codeOf(() => rotateWebhookToken(admin, first.id))).toBe("conflict");
  expect(await find(old)).toMatchObject({ tokenId: first.id });
  const answers = await Promise.all([1, 2, 3].map(() => codeOf(() => rotateWebhookToken(admin, second.id))));
  expect(answers.toSorted()).toEqual(["conflict", "conflict", "ok"]);
  expect(await find(old)).toEqual({ unknown: first.id });
  expect((await urlOf()).tokens.map(({ id }) => id)).toEqual([second.id, (await currentToken()).id]);
});

it("revokes an earlier token from its next call on, but never the one in use", async () => {
  const first = await currentToken();
  const old = await textOf(first.id);
  expect(await codeOf(() => revokeWebhookToken(admin, first.id))).toBe("conflict");
  await rotate();
  await revokeWebhookToken(admin, first.id);
  expect(await find(old)).toEqual({ unknown: first.id });
  expect(await codeOf(() => revokeWebhookToken(admin, first.id))).toBe("not_found");
  expect(await codeOf(() => showWebhookUrl(admin, first.id))).toBe("not_found");
  expect(await codeOf(async () => revokeWebhookToken(admin, (await currentToken()).id))).toBe("conflict");
  expect(await auditOf()).toEqual(
    expect.arrayContaining(["webhook.url_made", "webhook.url_rotated", "webhook.url_revoked"]),
  );
});

it("does the same work for valid, revoked, unknown, malformed and very long tokens", async () => {
  const first = await currentToken();
  const [old, good] = [await textOf(first.id), await rotate().then(({ id }) => textOf(id))];
  await revokeWebhookToken(admin, first.id);
  const { db } = stack.services;
  const client = db.$client;
  let selects = 0;
  const counting = (...args: unknown[]) => {
    // count tagged templates, which are statements, and not the lists within them
    if (Array.isArray(args[0]) && "raw" in args[0]) selects++;
    return (client as unknown as (...all: unknown[]) => unknown)(...args);
  };
  Object.assign(db, { $client: counting });
  const wrong = `${good.slice(0, -1)}${good.endsWith("A") ? "B" : "A"}`;
  const texts = ["", "psk_", wrong, "%00", "\0", "ключ", "x".repeat(20_000), good + "x".repeat(20_000)];
  texts.push(tokenText("webhook", randomBytes(32)), tokenText("access", randomBytes(32)));
  for (const text of texts) {
    selects = 0;
    expect(await find(text)).toEqual({ unknown: null });
    expect(selects).toBe(1);
  }
  selects = 0;
  expect(await find(old)).toEqual({ unknown: first.id });
  expect(await find(good)).toMatchObject({ webhook: "azure-logic-app" });
  expect(selects).toBe(2);
  Object.assign(db, { $client: client });
});

it("finds tokens under every key of the keyring and rehashes them with the first, so that earlier keys can go", async () => {
  const text = await textOf((await currentToken()).id);
  const [earlier] = stack.services.keyring;
  const next = { id: "next", key: randomBytes(32) };
  if (!earlier) throw new Error("no key");
  stack.services.keyring = [next, earlier];
  expect(await find(text)).toMatchObject({ webhook: "azure-logic-app" });
  await cleanUpOld(stack.services, signal);
  expect(await find(text)).toMatchObject({ webhook: "azure-logic-app" });
  stack.services.keyring = [next];
  expect(await find(text)).toMatchObject({ webhook: "azure-logic-app" });
  expect(await currentToken()).toMatchObject({ hint: text.slice(-4), isKnown: true });

  // opening the page rehashes too
  const other = { id: "other", key: randomBytes(32) };
  stack.services.keyring = [other, next];
  await urlOf();
  stack.services.keyring = [other];
  expect(await find(text)).toMatchObject({ webhook: "azure-logic-app" });
  // without the organisation's data key the page shows that, and rotating helps
  stack.services.keyring = [earlier];
  const unreadable = await currentToken();
  expect(unreadable).toMatchObject({ hint: null, isKnown: false });
  expect(await codeOf(() => showWebhookUrl(admin, unreadable.id))).toBe("unavailable");
  await rotate();
  expect(await find(await textOf((await currentToken()).id))).toMatchObject({ webhook: "azure-logic-app" });
});

it("lets only admins of the token's own organisation use it", async () => {
  const mine = await currentToken();
  const elsewhere = await stack.asMember("admin");
  const analyst = await stack.asMember("analyst", admin.actor.organisationId);
  expect((await urlOf(elsewhere)).tokens.map(({ id }) => id)).not.toContain(mine.id);
  for (const [ctx, code] of [
    [elsewhere, "not_found"],
    [analyst, "forbidden"],
  ] as const) {
    for (const verb of [showWebhookUrl, rotateWebhookToken, revokeWebhookToken])
      expect(await codeOf(() => verb(ctx, mine.id))).toBe(code);
  }
  expect(await codeOf(() => getWebhookUrls(analyst))).toBe("forbidden");
  expect(await codeOf(() => showWebhookUrl(admin, "no id"))).toBe("not_found");
  expect((await urlOf()).tokens).toEqual([mine]);
});

it("counts deliveries and calls with ended tokens, and deletes both after 30 days", async () => {
  const first = await currentToken();
  await rotate();
  await revokeWebhookToken(admin, first.id);
  const hour = new Date(Date.now() - 2 * hourMs);
  await stack.services.db.insert(webhookRefusals).values([
    { hour, tokenId: first.id, count: 3 },
    { hour, tokenId: newId(), count: 9 },
    { hour: new Date(Date.now() - 26 * hourMs), tokenId: first.id, count: 5 },
  ]);
  const { organisationId } = admin.actor;
  const row = (receivedAt: Date) => ({
    organisationId,
    id: newId(),
    webhook: "azure-logic-app",
    tokenId: first.id,
    receivedAt,
    mergedAt: receivedAt,
    sizeBytes: 2,
    headers: {},
    body: Buffer.from("x"),
    schema: "unknown" as const,
    outcome: "unrecognised" as const,
    detectionIds: [],
  });
  await inOrganisation(stack.services.db, organisationId, (tx) =>
    tx.insert(deliveries).values([row(hour), row(new Date(Date.now() - 30 * hourMs))]),
  );
  expect(await urlOf()).toMatchObject({
    lastReceivedAt: hour.toISOString(),
    deliveries24h: 1,
    refused24h: 3,
  });
  setClockAhead(32 * 24 * hourMs);
  await cleanUpOld(stack.services, signal);
  const [left] = await stack.services.db.execute<{ tokens: number; refusals: number }>(sql`
    select (select count(*)::int from webhook_tokens where organisation_id = ${organisationId}) as tokens,
      (select count(*)::int from webhook_refusals where token_id = ${first.id}) as refusals`);
  expect(left).toEqual({ tokens: 1, refusals: 0 });
});
