import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import { webhookOrder } from "#lib/domain/observations.ts";
import type { Vendor, WebhookAlert } from "#lib/vendors/contract.ts";
import { sha256 } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import { identityOf } from "../observe/observe-alerts.ts";
import type { Observation } from "../observe/store-observations.ts";
import { alertsOf, type ReadDelivery, vendorOfWebhook } from "./read-delivery.ts";

/** An alert of a delivery, with the configuration that it belongs to and the copy to be stored, if there are any. */
export type RoutedAlert = { alert: WebhookAlert; owner: ConfigurationRow | null; copy: Observation | null };
export type RoutedDelivery = { read: ReadDelivery; vendor: Vendor; alerts: RoutedAlert[] };

/**
 * Finds where each alert of a delivery belongs: the organisation is the token's, the scope that it names
 * chooses among that organisation's enabled configurations.
 */
export function place(
  services: Services,
  read: ReadDelivery,
  configurations: readonly ConfigurationRow[],
  ticket: number,
): RoutedDelivery {
  const { webhook, receivedAt } = read.row;
  const { vendor } = vendorOfWebhook(services, webhook);
  const alerts = alertsOf(read.reading).map((alert, index): RoutedAlert => {
    const { result, value, at } = alert;
    if (!result.ok) return { alert, owner: null, copy: null };
    const owner = configurations.find(
      (one) => one.vendor === vendor.manifest.id && one.scopeId === alert.scopeId && !one.disabledAt,
    );
    if (!owner) return { alert, owner: null, copy: null };
    const { detection, ref } = result;
    const contentHash = sha256(vendor.fingerprint(value));
    const order = webhookOrder(at, detection.status, contentHash.toString("hex"));
    const copy: Observation = {
      identity: identityOf(owner, detection),
      contentHash,
      raw: read.raw(index),
      detection,
      ref,
      from: { how: "webhook", receivedAt, order, ticket },
    };
    return { alert, owner, copy };
  });
  return { read, vendor, alerts };
}

export const keyOf = (copy: Observation) => copy.identity.toString("hex");

/** The copies to be stored, one an identity: of several in a batch the one that any order would end with. */
export function observationsByConfiguration(placed: readonly RoutedDelivery[]) {
  const groups = new Map<string, { configuration: ConfigurationRow; copies: Map<string, Observation> }>();
  for (const { owner, copy } of placed.flatMap(({ alerts }) => alerts)) {
    if (!owner || !copy) continue;
    const group = groups.get(owner.id) ?? { configuration: owner, copies: new Map<string, Observation>() };
    groups.set(owner.id, group);
    const other = group.copies.get(keyOf(copy));
    if (!other || orderOf(copy) > orderOf(other)) group.copies.set(keyOf(copy), copy);
  }
  return [...groups.values()].map(({ configuration, copies }) => ({ configuration, copies: [...copies] }));
}

const orderOf = ({ from }: Observation) => (from.how === "webhook" ? from.order : "");
