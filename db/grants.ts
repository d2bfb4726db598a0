import { getTableName, is } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import type postgres from "postgres";
import * as schema from "./schema/index.ts";

type TableKey = {
  [K in keyof typeof schema]: (typeof schema)[K] extends PgTable ? K : never;
}[keyof typeof schema];

const all = "SELECT, INSERT, UPDATE, DELETE";

/**
 * The rights of the portal's role on each table. They are exactly the rights that the portal's queries need. Row locks and
 * ON CONFLICT DO UPDATE need UPDATE.
 */
const onTables: Record<TableKey, string> = {
  abandonedRuns: "SELECT, INSERT, DELETE",
  accountAccess: all,
  accounts: all,
  accessRequests: "SELECT, INSERT, DELETE",
  alarms: all,
  apiTokens: all,
  // entries are never changed or deleted
  auditEvents: "SELECT, INSERT",
  // take_changes() updates it
  changeSequences: "SELECT, INSERT, UPDATE",
  configurations: all,
  credentials: all,
  dataKeys: "SELECT, INSERT, UPDATE",
  deliveries: all,
  // the trigger on detections writes it
  detectionCounts: all,
  detectionEvents: "SELECT, INSERT, DELETE",
  detectionSources: all,
  detectionTombstones: "SELECT, INSERT, DELETE",
  detections: all,
  devices: all,
  digests: all,
  inbox: all,
  loginLinks: all,
  memberships: all,
  notificationGroups: "SELECT, INSERT, DELETE",
  notificationQueue: all,
  notificationPolicies: "SELECT, INSERT, UPDATE",
  notificationPreferences: all,
  notifications: all,
  organisations: "SELECT, INSERT",
  outbox: all,
  outgoingDeliveries: all,
  outgoingWebhooks: "SELECT, INSERT, UPDATE",
  pipeTests: all,
  pollTargets: all,
  preparedCertificates: "SELECT, INSERT, DELETE",
  webhookHealth: all,
  sessions: all,
  signIns: all,
  skippedAlerts: all,
  detectionChanges: all,
  directoryOrganisations: "SELECT, INSERT, UPDATE",
  users: "SELECT, INSERT, UPDATE",
  workerPresence: "SELECT, INSERT, UPDATE",
  // resealed after a key rotation
  vapidKeys: "SELECT, INSERT, UPDATE",
  vendorTurns: all,
  webhookRefusals: all,
  webhookTokens: all,
};

/** Returns each right of the portal's role on a table, with the table's name in the database. */
export const listTableRights = (): { table: string; right: string }[] =>
  Object.entries(schema).flatMap(([key, table]) =>
    is(table, PgTable)
      ? onTables[key as TableKey].split(", ").map((right) => ({ table: getTableName(table), right }))
      : [],
  );

/** The functions of db/schema/*.sql that the portal's role may call. */
export const functions = ["find_detections", "last_changes", "take_changes"];

const schemas = ["public", "pgboss", "drizzle"];

/**
 * Gives the portal's role exactly the rights in this file and revokes all others. Also revokes our functions from PUBLIC.
 * Must run as the tables' owner. The transaction hides intermediate states from other connections.
 */
export async function grantRights(tx: postgres.TransactionSql, role: string): Promise<void> {
  const revocations = await tx<{ statement: string }[]>`
    select format('REVOKE ALL ON %s FROM %I', c.oid::regclass, ${role}::text) as statement from pg_class c
    where c.relnamespace::regnamespace::text in ${tx(schemas)} and c.relkind in ('r', 'p', 'v', 'm', 'S')
      and pg_has_role(c.relowner, 'USAGE')
    union all
    select format('REVOKE ALL ON ROUTINE %s FROM PUBLIC, %I', p.oid::regprocedure, ${role}::text) from pg_proc p
    where p.pronamespace = 'public'::regnamespace and pg_has_role(p.proowner, 'USAGE')
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`;
  const to = `TO "${role.replaceAll('"', '""')}"`;
  const tables = listTableRights().map(({ table, right }) => `GRANT ${right} ON ${table} ${to}`);
  const grants = [
    ...schemas.map((name) => `GRANT USAGE ON SCHEMA ${name} ${to}`),
    ...tables,
    ...functions.map((name) => `GRANT EXECUTE ON FUNCTION ${name} ${to}`),
    `GRANT USAGE ON SEQUENCE read_tickets ${to}`,
    // pg-boss decides what it does with its own tables
    `GRANT ${all} ON ALL TABLES IN SCHEMA pgboss ${to}`,
    `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pgboss ${to}`,
    `GRANT SELECT ON drizzle.__drizzle_migrations, drizzle.oldest_versions ${to}`,
  ];
  await tx.unsafe([...revocations.map(({ statement }) => statement), ...grants].join(";\n"));
}
