import { type Lease, type LeasedTable, leasedTable } from "#db/leased.ts";
import { notificationQueue, outbox, pollTargets } from "#db/schema/index.ts";
import type { Database } from "#db/client.ts";
import { putConfigurations, putStatusChanges } from "./parents.ts";

type AnyLease = Lease & { attempts?: number };
export type LeasedTableCase = {
  name: string;
  leases: LeasedTable<AnyLease>;
  /** Adds rows of an organisation to the table. The rows have been due for `agoMs` milliseconds. */
  insert(db: Database, organisationId: string, ids: readonly string[], agoMs: number): Promise<void>;
  /** Moves the end of a lease into the past. */
  expire(db: Database, lease: AnyLease): Promise<void>;
};

type PutNamed = (db: Database, organisationId: string, ids: readonly string[]) => Promise<void>;

const tableCase = (
  leases: LeasedTable<AnyLease>,
  columns: string,
  values: string,
  putNamed: PutNamed | null,
): LeasedTableCase => ({
  name: leases.name,
  leases,
  insert: async (db, organisationId, ids, agoMs) => {
    if (ids.length > 0) await putNamed?.(db, organisationId, ids);
    await db.execute(
      `insert into ${leases.name} (organisation_id, due_at, ${columns})
       select '${organisationId}', now() - interval '${agoMs} milliseconds', ${values}
       from unnest('{${ids.join()}}'::uuid[]) as id`,
    );
  },
  expire: async (db, lease) => {
    const [key] = columns.split(",");
    await db.execute(
      `update ${leases.name} set leased_until = now() - interval '1 millisecond'
       where ${key} = '${leases.keyOf(lease)}' and lease_token = '${lease.leaseToken}'`,
    );
  },
});

/** Every leased table, for the test that runs once for each. */
export const leasedTables: readonly LeasedTableCase[] = [
  tableCase(leasedTable(pollTargets, "configurationId"), "configuration_id", "id", putConfigurations),
  tableCase(leasedTable(outbox, "changeId", ["attempts"]), "change_id", "id", putStatusChanges),
  tableCase(
    leasedTable(notificationQueue, "id", ["attempts"]),
    "id, subject, subject_id",
    "id, 'detection', gen_random_uuid()",
    null,
  ),
];
