import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import postgres from "postgres";
import { afterEach, describe, expect, it } from "vitest";
import { getConfiguration } from "#db/queries/sources/configurations.ts";
import { inOrganisation } from "#db/client.ts";
import { openVapidKey } from "#lib/alerting/delivery/vapid-keys.ts";
import { pushSubscriptionSealContext } from "#lib/alerting/devices/seal-context.ts";
import { listDevices } from "#lib/alerting/devices/list.ts";
import { outgoingSealContext } from "#lib/alerting/webhook/seal-context.ts";
import { openAt, openOrNull } from "#lib/core/sealing.ts";
import type { Context, Services } from "#lib/core/context.ts";
import { openServices } from "#lib/core/open.ts";
import { listAudit } from "#lib/core/audit/list.ts";
import { openVendors } from "#lib/vendors/offer.ts";
import { registry } from "#lib/vendors/registry.ts";
import { getDetection } from "#lib/triage/get.ts";
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from "#test/database.ts";
import { findOrphans } from "#test/keys.ts";
import { dumpDatabase } from "#test/release-dump.ts";
import { insertReleaseRows, releaseId, releaseKeyring, releaseSecrets } from "#test/release-rows.ts";
import { feed } from "#test/steps.ts";
import { checkDatabaseRole } from "./check-role.ts";
import { migrateDatabase } from "./migrate.ts";

const folder = "test/releases";
const releases = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".sql.gz")) : [];
const organisationId = releaseId("organisations");
const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

const as = async <T>(url: string, work: (client: postgres.Sql) => Promise<T>): Promise<T> => {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  return work(client).finally(() => client.end());
};

async function empty(): Promise<TestDatabase> {
  const database = await createEmptyDatabase();
  opened.push(database.drop);
  return database;
}

function servicesOf({ appUrl }: TestDatabase): Services {
  const { services, handle } = openServices(
    {
      databaseUrl: appUrl,
      portalUrl: "http://localhost:3000",
      encryptionKeys: releaseKeyring,
      vendors: openVendors(registry, {}),
      undoSeconds: 8,
    },
    "upgrade",
  );
  opened.push(handle.close);
  return services;
}

/** Expects that values sealed before the upgrade can be opened after the upgrade. */
async function expectOpened(services: Services): Promise<void> {
  await inOrganisation(services.db, organisationId, async (tx) => {
    const found = await getConfiguration(tx, organisationId, releaseId("configurations"));
    if (!found) throw new Error("no configuration");
    expect(await openOrNull(services, tx, found.credential)).toMatchObject({
      secret: releaseSecrets.credential,
    });
    const sealed = async (query: string) => {
      const [row] = await tx.execute<{ sealed: Buffer }>(query);
      return row?.sealed ?? Buffer.alloc(0);
    };
    const open = async (place: Parameters<typeof openAt>[2], query: string) =>
      openAt(services, tx, place, await sealed(query));
    expect([
      await open(
        outgoingSealContext(organisationId, "address"),
        "select address_sealed as sealed from outgoing_webhooks",
      ),
      await open(
        pushSubscriptionSealContext(organisationId, releaseId("devices")),
        "select push_subscription_sealed as sealed from devices",
      ),
      await open(
        { purpose: "webhook-token", organisationId, rowId: releaseId("webhook_tokens") },
        "select sealed from webhook_tokens",
      ),
    ]).toEqual([releaseSecrets.outgoingAddress, releaseSecrets.subscription, releaseSecrets.webhookToken]);
    expect(await openVapidKey(services, tx, releaseId("vapid_keys"))).not.toBeNull();
  });
}

/**
 * Creates a database from `sql`, migrates it to this version, and checks that the portal can read all its data. Returns the
 * references that point to no row.
 */
async function upgrade(sql: string): Promise<string[]> {
  const database = await empty();
  await as(database.ownerUrl, (owner) => owner.unsafe(sql));
  await migrateDatabase(database.ownerUrl);
  expect(await checkDatabaseRole(database.appUrl)).toEqual({ problems: [], notes: [] });
  const services = servicesOf(database);
  const userId = releaseId("users");
  const ctx: Context = {
    services,
    actor: { kind: "user", userId, name: "Somebody", role: "admin", organisationId },
  };
  const { items } = await feed(ctx);
  expect(items.map(({ title }) => title).toSorted()).toEqual(["Detection 0", "Detection 1", "Detection 2"]);
  const detection = await getDetection(ctx, releaseId("detections", 1));
  expect(detection).toMatchObject({ severity: "medium", acknowledgedBy: expect.any(String) });
  expect(detection.timeline).toHaveLength(1);
  expect((await getDetection(ctx, releaseId("detections", 0))).recipients).toHaveLength(1);
  expect(await listDevices(ctx)).toHaveLength(1);
  expect((await listAudit(ctx, {})).entries).toHaveLength(1);
  await expectOpened(services);
  return as(database.ownerUrl, findOrphans);
}

describe("a database that is upgraded", () => {
  it("from what this version writes is whole, with a row in every table", async () => {
    const database = await createTestDatabase();
    opened.push(database.drop);
    const sql = await as(database.ownerUrl, async (owner) => {
      await insertReleaseRows(owner);
      const tables = await owner<{ name: string }[]>`
        select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`;
      for (const { name } of tables)
        expect([name, (await owner`select 1 from ${owner(name)} limit 1`).length]).toEqual([name, 1]);
      return dumpDatabase(owner);
    });
    expect(await upgrade(sql)).toEqual([]);
  });

  it.each(releases)("from %s is whole", async (file) => {
    expect(await upgrade(gunzipSync(readFileSync(`${folder}/${file}`)).toString("utf8"))).toEqual([]);
  });
});
