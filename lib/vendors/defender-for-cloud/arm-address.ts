import { azureError } from "./errors.ts";

export const alertsVersion = "2022-01-01";

/** Whether an address may be sent our token: this Resource Manager, this subscription, nobody's name in it. */
function isTrusted(address: string, endpoint: string, subscriptionId: string): boolean {
  const url = URL.parse(address);
  if (!url || url.origin !== endpoint || url.username || url.password) return false;
  const path = url.pathname.toLowerCase();
  const own = `/subscriptions/${subscriptionId.toLowerCase()}`;
  return path === own || path.startsWith(`${own}/`);
}

/** An address as it is asked: alerts in the one api-version. Throws VendorError for one that isn't this subscription's. */
export function armAddress(address: string, endpoint: string, subscriptionId: string): string {
  if (!isTrusted(address, endpoint, subscriptionId)) throw azureError("untrusted_link");
  const url = new URL(address);
  if (/\/alerts(\/|$)/i.test(url.pathname)) url.searchParams.set("api-version", alertsVersion);
  return url.href;
}
