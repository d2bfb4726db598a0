import type { ConfigurationRow } from "#db/queries/configurations.ts";
import { pushOrder } from "#lib/domain/merge.ts";
import { canonicalHash } from "#lib/platform/canonical.ts";
import type { PushedAlert } from "#lib/vendors/contract.ts";
import { identityOf } from "../detections/store-alerts.ts";
import type { Copy } from "../detections/store-copies.ts";
import { alertsOf, type ReadDelivery, vendorOfWebhook } from "./read-delivery.ts";

/** An alert of a delivery, with the configuration that it belongs to and the copy to be stored, if there are any. */
export type PlacedAlert = { alert: PushedAlert; owner: ConfigurationRow | null; copy: Copy | null };
export type PlacedDelivery = { read: ReadDelivery; alerts: PlacedAlert[] };

/**
 * Finds where each alert of a delivery belongs: the organisation is the token's, the subscription that it names
 * chooses among that organisation's enabled configurations.
 */
export function place(
  read: ReadDelivery,
  configurations: readonly ConfigurationRow[],
  ticket: number,
): PlacedDelivery {
  const { organisationId, webhook, receivedAt } = read.row;
  const { vendorId } = vendorOfWebhook(webhook);
  const alerts = alertsOf(read.reading).map((alert, index): PlacedAlert => {
    const { result, value, at } = alert;
    if (!result.ok) return { alert, owner: null, copy: null };
    const owner = configurations.find(
      (one) => one.vendor === vendorId && one.subscriptionId === alert.scopeId && !one.disabledAt,
    );
    if (!owner) return { alert, owner: null, copy: null };
    const { detection } = result;
    const contentHash = canonicalHash(value);
    const order = pushOrder(at, detection.status, contentHash.toString("hex"));
    const copy: Copy = {
      identity: identityOf(organisationId, detection),
      contentHash,
      raw: read.raw(index),
      detection,
      from: { how: "webhook", receivedAt, order, ticket },
    };
    return { alert, owner, copy };
  });
  return { read, alerts };
}

export const keyOf = (copy: Copy) => copy.identity.toString("hex");

/** The copies to be stored, one an identity: of several in a batch the one that any order would end with. */
export function copiesByConfiguration(placed: readonly PlacedDelivery[]) {
  const groups = new Map<string, { configuration: ConfigurationRow; copies: Map<string, Copy> }>();
  for (const { owner, copy } of placed.flatMap((one) => one.alerts)) {
    if (!owner || !copy) continue;
    const group = groups.get(owner.id) ?? { configuration: owner, copies: new Map<string, Copy>() };
    groups.set(owner.id, group);
    const other = group.copies.get(keyOf(copy));
    if (!other || orderOf(copy) > orderOf(other)) group.copies.set(keyOf(copy), copy);
  }
  return [...groups.values()].map(({ configuration, copies }) => ({ configuration, copies: [...copies] }));
}

const orderOf = ({ from }: Copy) => (from.how === "webhook" ? from.order : "");
