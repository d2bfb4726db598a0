import { type Lease, type LeasedTable, leasedTable } from "#db/leased.ts";
import { notificationQueue, outbox, pollTargets } from "#db/schema/index.ts";
import type { Database } from "#db/client.ts";

type AnyLease = Lease & { attempts?: number };
export type LeasedTableCase = {
  name: string;
  leases: LeasedTable<AnyLease>;
  /** Adds rows of an organisation, due `agoMs` ago. */
  insert(db: Database, organisationId: string, ids: readonly string[], agoMs: number): Promise<void>;
};

const tableCase = (leases: LeasedTable<AnyLease>, columns: string, values: string): LeasedTableCase => ({
  name: leases.name,
  leases,
  insert: async (db, organisationId, ids, agoMs) => {
    await db.execute(
      `insert into ${leases.name} (organisation_id, due_at, ${columns})
       select '${organisationId}', now() - interval '${agoMs} milliseconds', ${values}
       from unnest('{${ids.join()}}'::uuid[]) as id`,
    );
  },
});

/** Every leased table, for the test that runs on each of them. */
export const leasedTables: readonly LeasedTableCase[] = [
  tableCase(leasedTable(pollTargets, "configurationId"), "configuration_id", "id"),
  tableCase(leasedTable(outbox, "changeId", ["attempts"]), "change_id", "id"),
  tableCase(
    leasedTable(notificationQueue, "id", ["attempts"]),
    "id, subject, subject_id",
    "id, 'detection', gen_random_uuid()",
  ),
];
