import { azureError } from "./errors.ts";

export const alertsVersion = "2022-01-01";

/**
 * Whether our token may be sent to an address. The address must be at the configured Resource Manager, in this
 * subscription, and without a user name or password.
 */
function isTrusted(address: string, endpoint: string, subscriptionId: string): boolean {
  const url = URL.parse(address);
  if (!url || url.origin !== endpoint || url.username || url.password) return false;
  const path = url.pathname.toLowerCase();
  const own = `/subscriptions/${subscriptionId.toLowerCase()}`;
  return path === own || path.startsWith(`${own}/`);
}

/**
 * Returns the address to call, with our api-version if the address is an alert's. Throws VendorError if the address is
 * outside the subscription.
 */
export function armAddress(address: string, endpoint: string, subscriptionId: string): string {
  if (!isTrusted(address, endpoint, subscriptionId)) throw azureError("untrusted_link");
  const url = new URL(address);
  if (/\/alerts(\/|$)/i.test(url.pathname)) url.searchParams.set("api-version", alertsVersion);
  return url.href;
}
