import { reachability } from "./public-address.ts";

/** What an organisation's webhook is told of. */
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

/** How far what it is told came; `failed` is the end of trying. */
export const outgoingStates = ["waiting", "delivered", "failed"] as const;
export type OutgoingState = (typeof outgoingStates)[number];
export const outgoingStateLabel: Record<OutgoingState, string> = {
  waiting: "Waiting",
  delivered: "Delivered",
  failed: "Failed",
};

/** Something that happened. `noticeId` is the same for what is told of one trouble and unlike for the next. */
export type OutgoingEvent =
  | { type: "detection.raised" | "detection.unacknowledged"; detectionId: string }
  | {
      type: "configuration.action_needed" | "configuration.recovered";
      noticeId: string;
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
