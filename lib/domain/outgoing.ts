import { reachability } from "./public-address.ts";

/** The types of events that are posted to an outgoing webhook. */
export const outgoingTypes = [
  "detection.raised",
  "detection.unacknowledged",
  "configuration.action_needed",
  "configuration.recovered",
  "test",
] as const;
type OutgoingType = (typeof outgoingTypes)[number];

export const outgoingTypeLabel: Record<OutgoingType, string> = {
  "detection.raised": "New alert",
  "detection.unacknowledged": "Alert not acknowledged",
  "configuration.action_needed": "Configuration needs action",
  "configuration.recovered": "Configuration recovered",
  test: "Test",
};

/** How far an event has come. `failed`: there is no further attempt. */
export const outgoingStates = ["waiting", "delivered", "failed"] as const;
export type OutgoingState = (typeof outgoingStates)[number];
export const outgoingStateLabel: Record<OutgoingState, string> = {
  waiting: "Waiting",
  delivered: "Delivered",
  failed: "Failed",
};

/** Something that happened. A configuration that needs action and its recovery have the same alarm. */
export type OutgoingEvent =
  | { type: "detection.raised" | "detection.unacknowledged"; detectionId: string }
  | {
      type: "configuration.action_needed" | "configuration.recovered";
      alarmId: string;
      configurationId: string;
      /** a sentence */
      reason: string;
    };

export const outgoingAddressLengthMax = 2_000;

/** Whether an operator named the host of `url` as one that may be called wherever it is. */
export const isNamedHost = (url: URL, named: readonly string[]): boolean => named.includes(url.host);

/**
 * Why an address can't be called, as far as the address itself tells, in a sentence; null when it can. `named` are hosts that
 * an operator vouches for.
 */
export function outgoingAddressProblem(address: string, named: readonly string[]): string | null {
  const url = URL.parse(address);
  if (!url) return "This can't be read as an address. It begins with https://.";
  if (url.protocol !== "https:") return "The address has to begin with https://.";
  if (url.username || url.password)
    return "Leave out the user name and password: the signature tells the receiver who calls.";
  if (isNamedHost(url, named)) return null;
  const reach = reachability(url.href);
  return reach.reachable
    ? null
    : `PocketSOC doesn't call this address: ${reach.why}. Whoever runs PocketSOC can allow the host with POCKETSOC_OUTGOING_HOSTS.`;
}
