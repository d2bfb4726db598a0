import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import { webhookOrder } from "#lib/domain/observations.ts";
import type { Vendor, WebhookAlert } from "#lib/vendors/contract.ts";
import { sha256 } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import { identityOf } from "../observe/observe-alerts.ts";
import type { Observation } from "../observe/store-observations.ts";
import { alertsOf, type ReadDelivery, vendorOfWebhook } from "./read-delivery.ts";

/**
 * An alert of a delivery, the configuration that it belongs to, and the observation to store. Both are null if no enabled
 * configuration reads the alert's scope or the alert is unusable.
 */
export type RoutedAlert = {
  alert: WebhookAlert;
  owner: ConfigurationRow | null;
  observation: Observation | null;
};
export type RoutedDelivery = { read: ReadDelivery; vendor: Vendor; alerts: RoutedAlert[] };

/**
 * Finds the configuration to which each alert of a delivery belongs. The delivery's token has already selected the
 * organisation; the alert's scope selects one of the organisation's enabled configurations.
 */
export function routeDelivery(
  services: Services,
  read: ReadDelivery,
  configurations: readonly ConfigurationRow[],
  ticket: number,
): RoutedDelivery {
  const { webhook, receivedAt } = read.row;
  const { vendor } = vendorOfWebhook(services, webhook);
  const alerts = alertsOf(read.reading).map((alert, index): RoutedAlert => {
    const { result, value, at } = alert;
    if (!result.ok) return { alert, owner: null, observation: null };
    const owner = configurations.find(
      (configuration) =>
        configuration.vendor === vendor.manifest.id &&
        configuration.scopeId === alert.scopeId &&
        !configuration.disabledAt,
    );
    if (!owner) return { alert, owner: null, observation: null };
    const { detection, ref } = result;
    const contentHash = sha256(vendor.fingerprint(value));
    const order = webhookOrder(at, detection.status, contentHash.toString("hex"));
    const observation: Observation = {
      identity: identityOf(owner, detection),
      contentHash,
      raw: read.raw(index),
      detection,
      ref,
      from: { how: "webhook", receivedAt, order, ticket },
    };
    return { alert, owner, observation };
  });
  return { read, vendor, alerts };
}

/** Returns the identity of an observation's alert, in hex. */
export const keyOf = ({ identity }: Observation) => identity.toString("hex");

/**
 * Returns the observations to store, by configuration. If several are of the same alert, only the one with the highest
 * webhook order is stored.
 */
export function observationsByConfiguration(routed: readonly RoutedDelivery[]) {
  type Group = { configuration: ConfigurationRow; observations: Map<string, Observation> };
  const groups = new Map<string, Group>();
  for (const { owner, observation } of routed.flatMap(({ alerts }) => alerts)) {
    if (!owner || !observation) continue;
    const group: Group = groups.get(owner.id) ?? { configuration: owner, observations: new Map() };
    groups.set(owner.id, group);
    const key = keyOf(observation);
    const other = group.observations.get(key);
    if (!other || orderOf(observation) > orderOf(other)) group.observations.set(key, observation);
  }
  return [...groups.values()].map(({ configuration, observations }) => ({
    configuration,
    observations: [...observations],
  }));
}

const orderOf = ({ from }: Observation) => (from.how === "webhook" ? from.order : "");
