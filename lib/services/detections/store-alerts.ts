import { isDeepStrictEqual } from "node:util";
import type { Transaction } from "#db/client.ts";
import type { ConfigurationRow } from "#db/queries/configurations.ts";
import {
  type EventInput,
  type IncomingDetection,
  insertDetections,
  listByIdentity,
  lockByIdentity,
  putSkippedAlerts,
  updateDetection,
} from "#db/queries/detection-writes.ts";
import { dedupeKeyInput } from "#lib/domain/dedupe-key.ts";
import type { NormalisedDetection } from "#lib/domain/detection.ts";
import { cleanJson, isTooDeep } from "#lib/domain/json.ts";
import { severityLabel } from "#lib/domain/severity.ts";
import { type Status, statusLabel } from "#lib/domain/status.ts";
import { cleanText } from "#lib/domain/text.ts";
import { canonicalHash } from "#lib/platform/canonical.ts";
import { newId, sha256 } from "#lib/platform/ids.ts";
import type { RawAlert } from "#lib/vendors/contract.ts";
import { getVendor } from "#lib/vendors/registry.ts";
import type { Services } from "../context.ts";

export type PullTally = { read: number; added: number; changed: number; skipped: number };

/**
 * Stores one batch of raw alerts (at most 200) of one configuration: new ones inserted, changed ones
 * updated with every changed field in the timeline, unchanged ones left alone, unusable ones kept with the
 * reason. `readAt` is when the request for them began.
 */
export async function storeAlerts(
  services: Services,
  tx: Transaction,
  configuration: ConfigurationRow,
  alerts: RawAlert[],
  readAt: Date,
  tally: PullTally,
): Promise<void> {
  const { organisationId } = configuration;
  const incoming = new Map<string, IncomingDetection>();
  const skipped: { bodyHash: Buffer; reason: string; body: string }[] = [];
  for (const { value: alert, text } of alerts) {
    tally.read++;
    const result = getVendor(configuration.vendor).normalise(alert);
    const reason = result.ok ? foreignReason(configuration, result.detection) : result.reason;
    if (!result.ok || reason) {
      const hashed = isTooDeep(alert) ? cleanJson(alert) : alert;
      skipped.push({ bodyHash: canonicalHash(hashed), reason: reason ?? "", body: text });
      continue;
    }
    const identity = sha256(
      dedupeKeyInput({
        organisationId,
        scopeId: result.detection.scopeId,
        vendorAlertId: result.detection.vendorAlertId,
      }),
    );
    incoming.set(identity.toString("hex"), {
      id: newId(),
      identity,
      contentHash: canonicalHash(alert),
      configurationId: configuration.id,
      raw: text,
      value: alert,
      detection: result.detection,
    });
  }
  tally.skipped += skipped.length;
  await putSkippedAlerts(tx, organisationId, configuration.id, uniqueByHash(skipped));
  await mergeIncoming(services, tx, configuration, incoming, readAt, tally);
}

async function mergeIncoming(
  services: Services,
  tx: Transaction,
  configuration: ConfigurationRow,
  incoming: Map<string, IncomingDetection>,
  readAt: Date,
  tally: PullTally,
): Promise<void> {
  const { organisationId } = configuration;
  const now = services.now();
  const provider = getVendor(configuration.vendor).manifest.provider;
  const changed = new Map<string, IncomingDetection>();
  for (const held of await listByIdentity(tx, organisationId, identitiesOf(incoming))) {
    const key = held.identity.toString("hex");
    const one = incoming.get(key);
    incoming.delete(key);
    if (one && isNews(held, one, readAt)) changed.set(key, one);
  }
  // a row lock is a write too, so only rows that will be written are locked
  for (const held of await lockByIdentity(tx, organisationId, identitiesOf(changed))) {
    const one = changed.get(held.identity.toString("hex"));
    // a change of ours may have been read back since
    if (!one || !isNews(held, one, readAt)) continue;
    // the row's status may be newer than the payload's: a change of ours was read back since
    const before = { ...held.normalised, status: held.status };
    const events = changesBetween(before, one.detection, provider);
    await updateDetection(tx, organisationId, held.id, one, readAt, now, events);
    tally.changed++;
  }
  const added = [...incoming.values()];
  await insertDetections(tx, organisationId, added, readAt, now, (one) => ({
    id: newId(),
    kind: "received",
    actor: "PocketSOC",
    source: "worker",
    detail: { how: "poll", configuration: configuration.displayName, status: one.detection.status },
    note: null,
  }));
  tally.added += added.length;
}

const identitiesOf = (incoming: Map<string, IncomingDetection>) =>
  [...incoming.values()].map((one) => one.identity);

/** Azure puts its list together from regions, so it may still show what a change of ours has overtaken. */
const listLagMs = 5 * 60_000;

/**
 * Whether an alert says something that isn't stored. The same alert as before beside another status means
 * that our own change was read back since: the list lags behind, or, later, someone took the change back.
 */
function isNews(
  held: { contentHash: Buffer; status: Status; readAt: Date },
  one: IncomingDetection,
  readAt: Date,
): boolean {
  if (held.readAt > readAt) return false;
  if (!held.contentHash.equals(one.contentHash)) return true;
  return held.status !== one.detection.status && readAt.getTime() - held.readAt.getTime() > listLagMs;
}

/** An answer for one subscription has no business with another's alerts. */
function foreignReason(configuration: ConfigurationRow, detection: NormalisedDetection): string | null {
  if (detection.scopeId === configuration.subscriptionId) return null;
  return `The alert belongs to subscription ${detection.scopeId.slice(0, 60)}, not to this configuration's.`;
}

function uniqueByHash<T extends { bodyHash: Buffer }>(rows: T[]): T[] {
  return [...new Map(rows.map((row) => [row.bodyHash.toString("hex"), row])).values()];
}

const compared = [
  ["title", "Title"],
  ["severity", "Severity"],
  ["status", "Status"],
  ["description", "Description"],
  ["compromisedEntity", "Compromised entity"],
  ["endedAt", "Activity ended"],
  ["tactics", "Tactics"],
  ["techniques", "Techniques"],
  ["resources", "Affected resources"],
  ["entities", "Entities"],
  ["extendedProperties", "Extended properties"],
  ["remediationSteps", "Remediation steps"],
] as const;

/** One timeline entry for each field that the vendor changed; long values are cut, lists only counted. */
export function changesBetween(
  before: NormalisedDetection,
  after: NormalisedDetection,
  provider: string,
): EventInput[] {
  const events: EventInput[] = [];
  for (const [field, label] of compared) {
    // not as text: the database keeps keys in an order of its own
    if (isDeepStrictEqual(before[field], after[field])) continue;
    events.push({
      id: newId(),
      kind: field === "status" ? "status_changed" : "field_changed",
      actor: provider,
      source: "azure",
      detail: { field, label, from: shown(field, before), to: shown(field, after) },
      note: null,
    });
  }
  return events;
}

function shown(field: (typeof compared)[number][0], detection: NormalisedDetection): string {
  if (field === "severity") return severityLabel[detection.severity];
  if (field === "status") return statusLabel[detection.status];
  const value = detection[field];
  if (typeof value === "string") return cleanText(value, 300);
  if (value === null) return "";
  return field === "tactics" || field === "techniques"
    ? cleanText(value.join(", "), 300)
    : `${value.length} entries`;
}
