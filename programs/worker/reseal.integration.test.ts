import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DeliveryQuery } from "#lib/schemas/deliveries.ts";
import { type EncryptionKey, sealMark } from "#lib/platform/crypto.ts";
import { goodAlert } from "#test/alerts.ts";
import { postToWebhook, mergeAll, webhookBodyOf, webhookToken } from "#test/webhook-bodies.ts";
import { formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { pollNow, save, signal } from "#test/steps.ts";
import { cleanUpOld } from "./clean-up.ts";
import type { Context } from "#lib/core/context.ts";
import { listDeliveries } from "#lib/ingest/deliveries/list.ts";
import { getKeyNeeds, getKeyStanding, resealAll } from "#lib/alerting/keys.ts";
import { currentVapidKey, ensureVapidKey, openVapidKey } from "#lib/alerting/delivery/vapid-keys.ts";
import { findWebhookToken } from "#lib/ingest/receive/find-token.ts";

let stack: TestStack;
let admin: Context;
let token: string;
let client: postgres.Sql;
beforeAll(async () => {
  stack = await startTestStack();
  client = postgres(stack.database.superUrl, { max: 1 });
  admin = await stack.asMember("admin");
  await ensureVapidKey(stack.services);
  token = await webhookToken(admin);
  await save(admin, formValues);
  // stays in the inbox until it is merged
  await postToWebhook(
    stack.services,
    token,
    webhookBodyOf(goodAlert({ alertDisplayName: "Waits for its merge" })),
  );
});
afterAll(async () => {
  await client.end();
  await stack.stop();
});

/** Lists the columns of the database that contain a value sealed or hashed with this key of the keyring. */
async function columnsOf(key: EncryptionKey): Promise<string[]> {
  const sealed = Buffer.concat([Buffer.from([1]), sealMark(key)]);
  const found: string[] = [];
  for (const { table, column, type } of await client<{ table: string; column: string; type: string }[]>`
    select table_name as table, column_name as column, udt_name as type from information_schema.columns
    where table_schema = 'public'`) {
    const has =
      type === "bytea"
        ? await client`select 1 from ${client(table)} where substring(${client(column)} from 1 for 5) = ${sealed} limit 1`
        : // a keyed hash has the id of its key beside it
          column === "hash_key_id"
          ? await client`select 1 from ${client(table)} where ${client(column)} = ${key.id} limit 1`
          : [];
    if (has.length > 0) found.push(type === "bytea" ? `${table}.${column}` : `${table}.token_hash`);
  }
  return found.sort();
}

const columns = ["data_keys.wrapped", "inbox.body", "vapid_keys.private_sealed", "webhook_tokens.token_hash"];

it("the clean-up reseals everything the keyring sealed with its first key, read or not", async () => {
  const [earlier] = stack.services.keyring;
  if (!earlier) throw new Error("no key");
  const next = { id: "next", key: randomBytes(32) };
  // a column found but not listed lacks a resealer; one listed but not found needs a value made above
  expect(await columnsOf(earlier)).toEqual(columns);

  stack.services.keyring = [next, earlier];
  const needsOf = async (id: string | null) =>
    (await getKeyNeeds(stack.services)).needs
      .filter(({ keyId }) => keyId === id)
      .map(({ kind, count }) => `${count} ${kind}`)
      .toSorted();
  const everything = ["1 data-key", "1 vapid-private-key", "1 webhook-body", "1 webhook-token-hash"];
  expect([await needsOf(earlier.id), await needsOf(next.id)]).toEqual([everything, []]);
  expect((await getKeyStanding(admin)).earlier).toEqual([{ id: earlier.id, isNeeded: true }]);
  stack.services.keyring = [next];
  expect(await needsOf(null)).toEqual(everything);
  expect((await getKeyStanding(admin)).missing).toHaveLength(4);
  stack.services.keyring = [next, earlier];
  expect(await cleanUpOld(stack.services, signal)).toMatchObject({ resealed: 4, unopened: 0 });
  expect(await columnsOf(earlier)).toEqual([]);
  expect(await columnsOf(next)).toEqual(columns);
  expect(await cleanUpOld(stack.services, signal)).toMatchObject({ resealed: 0, unopened: 0 });
  expect([await needsOf(earlier.id), await needsOf(next.id)]).toEqual([[], everything]);
  expect(await getKeyStanding(admin)).toMatchObject({
    firstId: next.id,
    earlier: [{ id: earlier.id, isNeeded: false }],
    missing: [],
  });

  stack.services.keyring = [next];
  const { services } = stack;
  const { id } = (await currentVapidKey(services)) ?? { id: "" };
  expect(await services.db.transaction((tx) => openVapidKey(services, tx, id))).not.toBeNull();
  expect(await findWebhookToken(services, token)).toMatchObject({ webhook: "azure-logic-app" });
  expect((await pollNow(services)).outcome).toBe("read");
  await mergeAll(services);
  const { waiting, items } = await listDeliveries(admin, DeliveryQuery.parse({}), null);
  expect([waiting, items[0]?.outcome]).toEqual([0, "accepted"]);
});

it("the clean-up counts and keeps what no key opens, until its key is back", async () => {
  const { keyring } = stack.services;
  stack.services.keyring = [{ id: "other", key: randomBytes(32) }];
  // the data key, the token's hash and the pair of VAPID keys
  expect(await cleanUpOld(stack.services, signal)).toMatchObject({ resealed: 0, unopened: 3 });
  stack.services.keyring = keyring;
  expect((await pollNow(stack.services)).outcome).toBe("read");
});

it("a starting worker reseals everything too, also of organisations that nobody uses", async () => {
  const { keyring } = stack.services;
  const idle = await stack.asMember("admin");
  await save(idle, { ...formValues, displayName: "Idle" });
  const next = { id: "start", key: randomBytes(32) };
  stack.services.keyring = [next, ...keyring];
  expect(await resealAll(stack.services, signal)).toMatchObject({ unopened: 0 });
  const { needs } = await getKeyNeeds(stack.services);
  expect(needs.map(({ keyId }) => keyId).filter((id) => id !== next.id)).toEqual([]);
  stack.services.keyring = [next];
  expect(await listNeedsOf(idle)).toEqual([]);
});

/** Lists the kinds of values that no key of the keyring opens. */
const listNeedsOf = async (ctx: Context) => (await getKeyStanding(ctx)).missing;
