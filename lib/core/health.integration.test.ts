import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "#test/database.ts";
import { relayTo } from "#test/fake-database.ts";
import { formValues, startTestStack } from "#test/stack.ts";
import { save } from "#test/steps.ts";
import { noVendors } from "#lib/vendors/offer.ts";
import { getReadiness } from "./health.ts";
import { openServices } from "./open.ts";

let database: TestDatabase;
let relay: Awaited<ReturnType<typeof relayTo>>;
let opened: ReturnType<typeof openServices>;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const openAt = (databaseUrl: string) =>
  openServices(
    {
      databaseUrl,
      portalUrl: "http://localhost:3000",
      encryptionKeys: [],
      vendors: noVendors,
      undoSeconds: 8,
    },
    "health",
  );
/** Asks for the readiness, and expects the answer within 2 s. */
const ask = async (services = opened.services) => {
  const began = performance.now();
  const { status, database: state } = await getReadiness(services);
  expect(performance.now() - began).toBeLessThan(2_000);
  return [status, state];
};

describe("readiness", () => {
  beforeEach(async () => {
    const url = new URL(database.appUrl);
    relay = await relayTo(Number(url.port));
    opened = openAt(Object.assign(url, { port: String(relay.port) }).href);
    opened.services.log = () => {};
    return async () => {
      await relay.stop();
      await opened.handle.close();
    };
  });

  it("is ready on a database that answers and takes writes", async () => {
    expect(await ask()).toEqual(["ready", "up"]);
  });

  it("answers within 2 s while the network to the database hangs, however often it is asked", async () => {
    await opened.services.db.execute("select 1");
    relay.freeze();
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(Array(3).fill(["not_ready", "down"]));
    expect(await ask()).toEqual(["not_ready", "down"]);
    relay.thaw();
  });

  it("answers within 2 s while every connection is busy", async () => {
    const busy = Promise.all(
      Array.from({ length: 20 }, () => opened.services.db.execute("select pg_sleep(2)")),
    );
    expect(await ask()).toEqual(["not_ready", "down"]);
    await busy;
  });

  it("isn't ready on a stopped database", async () => {
    await relay.stop();
    expect(await ask()).toEqual(["not_ready", "down"]);
  });

  it("isn't ready on a database that takes no writes", async () => {
    const superuser = postgres(database.superUrl, { max: 1, onnotice: () => {} });
    const [{ name } = { name: "" }] = await superuser<{ name: string }[]>`select current_database() as name`;
    try {
      await superuser.unsafe(`alter database ${name} set default_transaction_read_only = on`);
      expect(await ask()).toEqual(["not_ready", "read_only"]);
    } finally {
      await superuser.unsafe(`alter database ${name} reset default_transaction_read_only`);
      await superuser.end();
    }
  });
});

it("tells how old the oldest organisation's polls are, and not how many organisations there are", async () => {
  const stack = await startTestStack();
  try {
    for (const minutes of [1, 60, 2]) {
      const admin = await stack.asMember("admin");
      await save(admin, formValues);
      await stack.asOwner(
        `update configurations set last_good_sync_at = now() - interval '${minutes} minutes'
        where organisation_id = '${admin.actor.organisationId}'`,
      );
    }
    const { lastGoodPollAgeSeconds } = await getReadiness(stack.services);
    expect(lastGoodPollAgeSeconds.map((seconds) => Math.round(Number(seconds) / 60))).toEqual([60]);
  } finally {
    await stack.stop();
  }
});
