import type { DeliveryRow } from "#db/queries/ingest/deliveries.ts";
import type { DeliveryOutcome } from "#lib/domain/delivery.ts";
import type { Observation, Stored } from "../observe/observation.ts";
import { capital } from "#lib/domain/text.ts";
import { keyOf, type RoutedAlert, type RoutedDelivery } from "./route.ts";

/**
 * Returns a delivery's row with the result of its merge. `stored` has the results of the observations, by `keyOf`. If a
 * batch has several observations of one alert, `chosen` contains the stored one.
 */
export function resultOf(
  { read, vendor, alerts }: RoutedDelivery,
  stored: ReadonlyMap<string, Stored>,
  chosen: ReadonlySet<Observation>,
  mergedAt: Date,
): DeliveryRow {
  const { row, kept, mended, reading } = read;
  const results = alerts.flatMap(({ observation }) => {
    const result = observation && stored.get(keyOf(observation));
    if (!observation || !result) return [];
    // otherwise another delivery of the batch brought the observation that was stored
    return [chosen.has(observation) ? result : { ...result, outcome: "same" as const }];
  });
  const { outcome, reason: outcomeReason } = outcomeOf(read, vendor, alerts, results);
  const reason =
    [outcomeReason, ...(outcome === "rejected" ? [] : read.notes)].filter(Boolean).join(" ") || null;
  const unclaimed = unclaimedScopes(alerts);
  const first = alerts.find(({ owner }) => owner) ?? alerts[0];
  return {
    organisationId: row.organisationId,
    id: row.id,
    webhook: row.webhook,
    tokenId: row.tokenId,
    receivedAt: row.receivedAt,
    mergedAt,
    sizeBytes: row.sizeBytes,
    headers: row.headers,
    body: kept,
    schema: schemaOf(reading.kind, first),
    outcome,
    reason,
    mended,
    scopeId: reading.kind === "heartbeat" ? reading.scopeId : (unclaimed[0] ?? first?.alert.scopeId ?? null),
    unclaimedScopeIds: unclaimed,
    configurationId: first?.owner?.id ?? null,
    detectionIds: [...new Set(results.map(({ detectionId }) => detectionId))],
    replayedBy: row.replayedBy,
  };
}

const schemaOf = (kind: string, first: RoutedAlert | undefined): string =>
  kind === "heartbeat" ? "heartbeat" : (first?.alert.schema ?? "unknown");

const isUnclaimed = ({ alert, owner }: RoutedAlert) => alert.result.ok && !owner;
const unclaimedScopes = (alerts: readonly RoutedAlert[]) => [
  ...new Set(alerts.filter(isUnclaimed).flatMap(({ alert }) => alert.scopeId ?? [])),
];

function outcomeOf(
  { row, reading }: RoutedDelivery["read"],
  { manifest: { words } }: RoutedDelivery["vendor"],
  alerts: readonly RoutedAlert[],
  results: readonly Stored[],
): { outcome: DeliveryOutcome; reason: string | null } {
  if (row.refused) return { outcome: "rejected", reason: row.refused };
  if (reading.kind === "heartbeat") return { outcome: "heartbeat", reason: null };
  if (reading.kind === "unrecognised") return { outcome: "unrecognised", reason: reading.reason };
  const unusable = alerts.flatMap(({ alert }) => (alert.result.ok ? [] : [alert.result.reason]));
  const [firstReason = null] = unusable;
  if (unusable.length === alerts.length) return { outcome: "unrecognised", reason: firstReason };
  const partly =
    firstReason && `${unusable.length} of ${alerts.length} in it are no alerts. The first: ${firstReason}`;
  const unclaimed = unclaimedScopes(alerts);
  if (unclaimed.length > 0) {
    const named =
      unclaimed.length === 1
        ? `${capital(words.scope)} ${unclaimed[0]} belongs`
        : `${capital(words.scopes)} ${unclaimed.slice(0, 5).join(", ")}${unclaimed.length > 5 ? " and others" : ""} belong`;
    const why = alerts.some(({ unclear }) => unclear)
      ? "to configurations in several clouds, and the alert doesn't say which cloud it is from. The next poll brings it."
      : "to no configuration that is enabled.";
    const reason = `${named} ${why}${partly ? ` ${partly}` : ""}`;
    return { outcome: "unclaimed", reason };
  }
  const isNew = results.some(({ outcome }) => outcome !== "same");
  return { outcome: isNew ? "accepted" : "duplicate", reason: partly };
}
