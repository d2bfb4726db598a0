import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import { webhookOrder } from "#lib/domain/observations.ts";
import type { Vendor, WebhookAlert } from "#lib/vendors/contract.ts";
import { sha256 } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import { identityOf } from "../observe/observe-alerts.ts";
import type { Observation } from "../observe/observation.ts";
import { alertsOf, type ReadDelivery, vendorOfWebhook } from "./read-delivery.ts";

/**
 * An alert of a delivery, the configuration that it belongs to, and the observation to store. Both are null if the alert
 * belongs to no enabled configuration or is unusable.
 */
export type RoutedAlert = {
  alert: WebhookAlert;
  owner: ConfigurationRow | null;
  /** true if configurations of several clouds read the scope and the alert doesn't say which cloud it is from */
  unclear: boolean;
  observation: Observation | null;
};
export type RoutedDelivery = { read: ReadDelivery; vendor: Vendor; alerts: RoutedAlert[] };

/**
 * Finds the configuration to which each alert of a delivery belongs. The delivery's token has already selected the
 * organisation; the alert's scope and cloud select one of the organisation's enabled configurations.
 */
export function routeDelivery(
  services: Services,
  read: ReadDelivery,
  configurations: readonly ConfigurationRow[],
  ticket: number,
): RoutedDelivery {
  const { webhook, receivedAt, replayedBy } = read.row;
  const { vendor } = vendorOfWebhook(services, webhook);
  const alerts = alertsOf(read.reading).map((alert, index): RoutedAlert => {
    const { result, value, at } = alert;
    if (!result.ok) return { alert, owner: null, unclear: false, observation: null };
    const owner = ownerOf(vendor, alert.scopeId, result.detection.vendorUrl, configurations);
    if (!owner || owner === "unclear")
      return { alert, owner: null, unclear: owner === "unclear", observation: null };
    const { detection, leftOut = [], ref } = result;
    const contentHash = sha256(vendor.fingerprint(value));
    const order = webhookOrder(at, detection.status, contentHash.toString("hex"));
    const observation: Observation = {
      identity: identityOf(owner, detection),
      contentHash,
      raw: read.raw(index),
      detection,
      leftOut,
      ref,
      from: { how: "webhook", receivedAt, isReplay: replayedBy !== null, order, ticket },
    };
    return { alert, owner, unclear: false, observation };
  });
  return { read, vendor, alerts };
}

/**
 * Returns the enabled configuration to which a delivered alert belongs, or null if there is none. A delivery doesn't name its cloud. If
 * configurations of several clouds have the scope, the alert's link into the vendor's console decides. If the link fits none
 * or several of them, returns "unclear": the next poll of the right configuration brings the alert.
 */
function ownerOf(
  { manifest }: Vendor,
  scopeId: string | null,
  vendorUrl: string | null,
  configurations: readonly ConfigurationRow[],
): ConfigurationRow | "unclear" | null {
  const ofScope = configurations.filter(
    (configuration) => configuration.vendor === manifest.id && configuration.scopeId === scopeId,
  );
  const consoleOf = ({ cloud }: ConfigurationRow) =>
    originOf(manifest.clouds.find(({ id }) => id === cloud)?.consoleUrl ?? null);
  const linked = originOf(vendorUrl);
  // a disabled configuration counts too: another cloud's configuration must not take its alerts meanwhile
  const [owner, ...others] =
    ofScope.length > 1 ? ofScope.filter((each) => linked !== null && consoleOf(each) === linked) : ofScope;
  if (ofScope.length > 1 && (!owner || others.length > 0)) return "unclear";
  return owner && !owner.disabledAt ? owner : null;
}

const originOf = (address: string | null) =>
  address && URL.canParse(address) ? new URL(address).origin : null;

/** Returns the identity of an observation's alert, in hex. */
export const keyOf = ({ identity }: Observation) => identity.toString("hex");

/**
 * Returns the observations to store, by configuration. If several are of the same alert, only the one with the highest
 * webhook order is stored, as received when the first of them was.
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
    const isLatest = !other || orderOf(observation) > orderOf(other);
    if (other) receiveTogether(observation, other);
    if (isLatest) group.observations.set(key, observation);
  }
  return [...groups.values()].map(({ configuration, observations }) => ({
    configuration,
    observations: [...observations],
  }));
}

/** Gives two observations of one alert the receipt of the one that was received first. A replay comes after all others. */
function receiveTogether(one: Observation, other: Observation): void {
  if (one.from.how !== "webhook" || other.from.how !== "webhook") return;
  const [first] = [one.from, other.from].toSorted(
    (a, b) => Number(a.isReplay) - Number(b.isReplay) || a.receivedAt.getTime() - b.receivedAt.getTime(),
  );
  if (!first) return;
  const { receivedAt, isReplay } = first;
  one.from = { ...one.from, receivedAt, isReplay };
  other.from = { ...other.from, receivedAt, isReplay };
}

const orderOf = ({ from }: Observation) => (from.how === "webhook" ? from.order : "");
