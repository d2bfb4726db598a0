import { createECDH, createHash } from "node:crypto";
import { getTableColumns, is } from "drizzle-orm";
import { getTableConfig, PgArray, type PgColumn, PgTable } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/postgres-js";
import type postgres from "postgres";
import * as schema from "#db/schema/index.ts";
import { pushSubscriptionSealContext } from "#lib/alerting/devices/seal-context.ts";
import { outgoingSealContext } from "#lib/alerting/webhook/seal-context.ts";
import { seal, type SealContext } from "#lib/platform/crypto.ts";
import { openVendors } from "#lib/vendors/offer.ts";
import { registry } from "#lib/vendors/registry.ts";
import { goodAlert } from "./alerts.ts";
import { unkeyed } from "./unkeyed.ts";

/** The keyring that seals the values in every release's dump. */
export const releaseKeyring = [{ id: "release", key: Buffer.alloc(32, 7) }] as const;
/** The plain texts of the rows' sealed values. */
export const releaseSecrets = {
  credential: "the client secret",
  webhookToken: "psk_the-token",
  subscription: '{"endpoint":"https://push.example/1","keys":{"p256dh":"","auth":""}}',
  outgoingAddress: "https://hooks.contoso.com/in",
} as const;

/** Returns the id of a row of a table. `place` is the row's index, from 0. */
export function releaseId(table: string, place = 0): string {
  const hex = createHash("sha256").update(`${table} ${place}`).digest("hex");
  return `01900000-0000-7000-8000-${hex.slice(0, 12)}`;
}

const at = new Date("2026-01-02T03:04:05.678Z");
const organisationId = releaseId("organisations");
const dataKey = { id: releaseId("data_keys"), key: Buffer.alloc(32, 9) };
const sealed = (place: SealContext, text: string) => seal(dataKey, place, Buffer.from(text));
const byKeyring = (place: SealContext, plain: Buffer) => seal(releaseKeyring[0], place, plain);
const inRow = (purpose: SealContext["purpose"], table: string) =>
  ({ purpose, organisationId, rowId: releaseId(table) }) as SealContext;

type Row = Record<string, unknown>;

/** Column values for the rows of each table, besides the required columns. A table that isn't listed here gets one row. */
// long: a row for each table
function saidRows(): Record<string, Row[]> {
  const normalised = openVendors(registry, {}).get("defender-for-cloud").normalise(goodAlert());
  if (!normalised.ok) throw new Error(normalised.reason);
  const vapid = createECDH("prime256v1");
  vapid.setPrivateKey(Buffer.alloc(32, 5));
  const places = [0, 1, 2];
  const detectionId = (place: number) => releaseId("detections", place);
  return {
    memberships: [{ role: "admin" }],
    worker_presence: [{ id: 1 }],
    data_keys: [{ wrapped: byKeyring(inRow("data-key", "data_keys"), dataKey.key) }],
    credentials: [
      { secretSealed: sealed(inRow("credential-secret", "credentials"), releaseSecrets.credential) },
    ],
    configurations: [
      {
        vendor: "defender-for-cloud",
        displayName: "Production",
        credentialId: releaseId("credentials"),
        cloud: "AzureCloud",
        scopeId: normalised.detection.scopeId,
        lastGoodSyncAt: at,
      },
    ],
    detections: places.map((place) => ({
      title: `Detection ${place}`,
      severity: (["high", "medium", "unknown"] as const)[place],
      changeSequence: place + 1,
      ...(place === 1 ? { ownerId: releaseId("users"), ownedSince: at } : {}),
    })),
    detection_sources: places.map((place) => ({
      detectionId: detectionId(place),
      vendor: "defender-for-cloud",
      identity: createHash("sha256").update(`${place}`).digest(),
      firstPolledAt: at,
      normalised: normalised.detection,
    })),
    detection_events: places.map((place) => ({
      detectionId: detectionId(place),
      changeSequence: place + 1,
      detail: { how: "poll", configuration: "Production", status: "active" },
    })),
    changes: [
      { state: "confirmed", toStatus: "dismissed", note: "Expected.", requestedById: releaseId("users") },
    ],
    change_sequences: [{ lastSequence: 3 }],
    webhook_tokens: [
      {
        webhook: "azure-logic-app",
        hashKeyId: releaseKeyring[0].id,
        sealed: sealed(inRow("webhook-token", "webhook_tokens"), releaseSecrets.webhookToken),
      },
    ],
    vapid_keys: [
      {
        publicKey: vapid.getPublicKey("base64url"),
        privateSealed: byKeyring(
          { purpose: "vapid-private-key", organisationId: "", rowId: releaseId("vapid_keys") },
          Buffer.from(vapid.getPrivateKey("base64url")),
        ),
      },
    ],
    devices: [
      {
        pushSubscriptionSealed: sealed(
          pushSubscriptionSealContext(organisationId, releaseId("devices")),
          releaseSecrets.subscription,
        ),
      },
    ],
    outgoing_webhooks: [
      {
        host: "hooks.contoso.com",
        severities: ["high"],
        addressSealed: sealed(outgoingSealContext(organisationId, "address"), releaseSecrets.outgoingAddress),
        secretSealed: sealed(outgoingSealContext(organisationId, "secret"), "whsec_AAAA"),
      },
    ],
    digests: [{ configurationId: releaseId("configurations"), cause: "first_read" }],
    alarms: [{ kind: "health", configurationId: releaseId("configurations") }],
    notifications: [
      { detectionId: detectionId(0), deviceId: releaseId("devices"), reason: "raised", state: "accepted" },
    ],
    notification_groups: [{ detectionId: detectionId(1), reason: "raised", intoReason: "raised" }],
    // the trigger on detections writes them
    detection_counts: [],
  };
}

/** Returns a value that fits a column's type, the same value in every run. */
function valueOf(table: string, name: string, column: PgColumn): unknown {
  if (is(column, PgArray)) return [];
  if (column.enumValues) return column.enumValues[0];
  const named = `${table}.${name}`;
  switch (column.getSQLType()) {
    case "uuid":
      return releaseId(named);
    case "timestamp with time zone":
      return at;
    case "date":
      return "2030-01-01";
    case "bytea":
      return createHash("sha256").update(named).digest();
    case "jsonb":
      return {};
    case "boolean":
      return false;
    case "text":
      return name;
    default:
      return 1;
  }
}

/** Builds a row with the columns in `said` and a value for every other required column. */
function rowOf(table: PgTable, said: Row, place: number): Row {
  const { name, foreignKeys } = getTableConfig(table);
  const targets = new Map(
    foreignKeys.map((key) => {
      const { columns, foreignTable } = key.reference();
      return [columns.at(-1)?.name, releaseId(getTableConfig(foreignTable).name)];
    }),
  );
  const named = (column: string): string | undefined => {
    const target = unkeyed[`${name}.${column}`]?.target;
    return targets.get(column) ?? (target && releaseId(target));
  };
  const row: Row = {};
  for (const [key, column] of Object.entries(getTableColumns(table))) {
    if (column.generatedIdentity || column.generated) continue;
    const isOf = column.name === "organisation_id" || (name === "organisations" && column.name === "id");
    if (isOf) row[key] = organisationId;
    else if (column.name === "id") row[key] = releaseId(name, place);
    else if (column.notNull && (!column.hasDefault || column.dataType === "date"))
      row[key] = named(column.name) ?? valueOf(name, key, column);
  }
  return { ...row, ...said };
}

/** Lists the tables. Each table comes after those that its foreign keys refer to. */
export function tablesInOrder(): PgTable[] {
  const left = new Set(Object.values(schema).flatMap((one) => (is(one, PgTable) ? [one as PgTable] : [])));
  const ordered: PgTable[] = [];
  while (left.size > 0) {
    const ready = [...left].filter((table) =>
      getTableConfig(table).foreignKeys.every((key) => !left.has(key.reference().foreignTable)),
    );
    if (ready.length === 0) throw new Error("the foreign keys form a ring");
    for (const table of ready.toSorted((a, b) =>
      getTableConfig(a).name < getTableConfig(b).name ? -1 : 1,
    )) {
      ordered.push(table);
      left.delete(table);
    }
  }
  return ordered;
}

/** Inserts one or a few rows into every table of a migrated database, the same rows in every run. */
export async function insertReleaseRows(owner: postgres.Sql): Promise<void> {
  const db = drizzle(owner);
  const said = saidRows();
  for (const table of tablesInOrder()) {
    const rows = (said[getTableConfig(table).name] ?? [{}]).map((one, place) => rowOf(table, one, place));
    if (rows.length > 0) await db.insert(table).values(rows as never[]);
  }
}
