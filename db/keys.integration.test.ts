import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "#test/database.ts";
import { findOrphans, keyFaults } from "#test/keys.ts";

let database: TestDatabase;
let owner: postgres.Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

/** Runs `statements` and then `look` in a transaction, rolls the transaction back, and returns the result of `look`. */
async function after<T>(statements: string, look: (tx: postgres.TransactionSql) => Promise<T>): Promise<T> {
  const seen: T[] = [];
  const undone = new Error("undone");
  const trial = owner.begin(async (tx) => {
    await tx.unsafe(statements);
    seen.push(await look(tx));
    throw undone;
  });
  await expect(trial).rejects.toBe(undone);
  return seen[0] as T;
}

describe("a column that names a row", () => {
  it("has a foreign key with an index, or is listed with the reason why not", async () => {
    expect(await keyFaults(owner)).toEqual([]);
  });

  it.each([
    ["alter table devices drop constraint devices_user_id_fk", "devices.user_id has no key, and no reason"],
    ["alter table devices add column friend uuid", "devices.friend has no key, and no reason"],
    ["alter table devices add column friend_id text", "devices.friend_id has no key, and no reason"],
    ["drop index notifications_digested", "notifications_digest_id_fk has no index"],
    [
      "drop index notifications_digested; create index on notifications (organisation_id, digest_id) where state = 'queued'",
      "notifications_digest_id_fk has no index",
    ],
    [
      "alter table outbox drop column lease_token, drop constraint outbox_change_id_fk",
      "outbox.change_id has no key",
    ],
    [
      "alter table digests drop constraint digests_configuration_id_fk; alter table digests add constraint x foreign key (organisation_id, configuration_id) references configurations on delete cascade",
      "x is more than a key",
    ],
    [
      "alter table configurations add unique (id); alter table digests add constraint x foreign key (configuration_id) references configurations (id)",
      "x may name another organisation's row",
    ],
    [
      "alter table changes add foreign key (organisation_id, configuration_id) references configurations",
      "changes.configuration_id has a key, and is listed as one without",
    ],
    ["alter table audit_events drop column actor_id", "audit_events.actor_id is listed, and isn't there"],
  ])("is missed by: %s", async (statements, fault) => {
    const faults = await after(statements, keyFaults);
    expect(faults).toContainEqual(expect.stringContaining(fault));
  });
});

describe("an orphan", () => {
  it("is found by a column that has no key", async () => {
    expect(await findOrphans(owner)).toEqual([]);
    const insert =
      "insert into detection_counts (organisation_id, configuration_id, box, severity, status, count) values (gen_random_uuid(), gen_random_uuid(), 'triage', 'low', 'active', 1)";
    expect(await after(insert, findOrphans)).toEqual([
      "detection_counts.configuration_id: 1",
      "detection_counts.organisation_id: 1",
    ]);
  });
});
