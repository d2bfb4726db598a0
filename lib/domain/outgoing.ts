import { reachability } from "./public-address.ts";

/** The types of events that the outgoing webhook posts. */
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

/** The states of an event. `failed` is final: PocketSOC makes no further attempt. */
export const outgoingStates = ["waiting", "delivered", "failed"] as const;
export type OutgoingState = (typeof outgoingStates)[number];
export const outgoingStateLabel: Record<OutgoingState, string> = {
  waiting: "Waiting",
  delivered: "Delivered",
  failed: "Failed",
};

/**
 * An event for the outgoing webhook. `configuration.recovered` has the `alarmId` of the `configuration.action_needed`
 * that it follows.
 */
export type OutgoingEvent =
  | { type: "detection.raised" | "detection.unacknowledged"; detectionId: string }
  | {
      type: "configuration.action_needed" | "configuration.recovered";
      alarmId: string;
      configurationId: string;
      /** a sentence that says what is wrong */
      reason: string;
    };

export const outgoingAddressLengthMax = 2_000;

/**
 * Returns the internal hosts that an organisation may call. `setting` is the operator's list: `host` allows every organisation,
 * `organisation=host` the one with that name or id. Case doesn't matter.
 */
export function hostsFor(setting: readonly string[], { id, name }: { id: string; name: string }): string[] {
  return setting.flatMap((entry) => {
    const at = entry.lastIndexOf("=");
    const host = entry
      .slice(at + 1)
      .trim()
      .toLowerCase();
    const wanted = entry.slice(0, Math.max(at, 0)).trim().toLowerCase();
    const isTheirs = wanted !== "" && [id, name.trim()].some((own) => own.toLowerCase() === wanted);
    return at < 0 || isTheirs ? [host] : [];
  });
}

/** Whether the operator allowed calls to the host of `url`. `allowedHosts` are `host` or `host:port`. */
export const isAllowedHost = (url: URL, allowedHosts: readonly string[]): boolean =>
  allowedHosts.includes(url.host);

/**
 * Returns a sentence that says why the outgoing webhook can't call an address, or null if it can. Judges by the address only,
 * without DNS. `allowedHosts` are internal hosts that the operator allowed.
 */
export function outgoingAddressProblem(address: string, allowedHosts: readonly string[]): string | null {
  const url = URL.parse(address);
  if (!url) return "This isn't a valid address. It must begin with https://.";
  if (url.protocol !== "https:") return "The address must begin with https://.";
  if (url.username || url.password)
    return "Leave out the user name and password: the signature tells the receiver who calls.";
  if (isAllowedHost(url, allowedHosts)) return null;
  const reach = reachability(url.href);
  return reach.reachable
    ? null
    : `PocketSOC doesn't call this address: ${reach.why}. Whoever runs PocketSOC can allow the host with POCKETSOC_OUTGOING_HOSTS.`;
}
