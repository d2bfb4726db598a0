/** The parts of the address of an alert's page in the Azure portal. Each is checked when an address is built from them. */
export type AlertPage = {
  alertId: string;
  subscriptionId: string | null;
  resourceGroup: string | null;
  location: string | null;
  blade: string;
};

const portals = new Set(["https://portal.azure.com", "https://portal.azure.us"]);
export const publicPortal = "https://portal.azure.com";
/** The blades that show an alert; the first one shows any. Azure names one of them in `alertUri`. */
const blades = ["Microsoft_Azure_Security", "Microsoft_Azure_Security_AzureDefenderForData"] as const;
const anyBlade = blades[0];

const checked = {
  alertId: /^[A-Za-z0-9_-]{1,128}$/,
  subscriptionId: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  resourceGroup: /^[\p{L}\p{N}_().-]{1,90}$/u,
  location: /^[a-z0-9]{1,64}$/i,
};
const page =
  /^\/?(?:@[^/]*\/)?blade\/([^/]+)\/AlertBlade\/alertId\/([^/]+)(?:\/subscriptionId\/([^/]+))?(?:\/resourceGroup\/([^/]+))?(?:\/referencedFrom\/[^/]+)?(?:\/location\/([^/]+))?$/i;

/**
 * Reads the address of an alert's page. Returns null unless it is an address in an Azure portal whose whole fragment names an
 * alert's page, with parts of the right form.
 */
export function readAlertPage(address: unknown): (AlertPage & { portal: string }) | null {
  if (typeof address !== "string" || address.length > 4_096) return null;
  const url = URL.parse(address.trim());
  if (!url || !portals.has(url.origin) || url.username || url.password || url.search || url.pathname !== "/")
    return null;
  const found = page.exec(url.hash.slice(1));
  if (!found) return null;
  const [, named = "", alertId = "", subscriptionId = null, group = null, location = null] = found;
  const blade = blades.find((each) => each.toLowerCase() === named.toLowerCase()) ?? anyBlade;
  const read = { alertId, subscriptionId, resourceGroup: decoded(group), location, blade };
  return isValid(read) ? { ...read, portal: url.origin } : null;
}

/**
 * Builds the address of an alert's page below a portal's origin, from checked parts only. With `directory`, the page opens in
 * that directory. Returns null if a part has a wrong form.
 */
export function alertPageUrl(
  portal: string,
  parts: AlertPage,
  directory: string | null = null,
): string | null {
  if (!isValid(parts)) return null;
  const { alertId, subscriptionId, resourceGroup, location } = parts;
  const blade = blades.find((each) => each === parts.blade) ?? anyBlade;
  const path = [
    `blade/${blade}/AlertBlade/alertId/${alertId}`,
    ...(subscriptionId ? [`subscriptionId/${subscriptionId.toLowerCase()}`] : []),
    ...(resourceGroup ? [`resourceGroup/${encodeURIComponent(resourceGroup)}`] : []),
    "referencedFrom/alertDeepLink",
    ...(location ? [`location/${location.toLowerCase()}`] : []),
  ].join("/");
  return `${portal}/#${directory === null ? "" : `@${encodeURIComponent(directory)}/`}${path}`;
}

const isValid = ({ alertId, subscriptionId, resourceGroup, location }: AlertPage) =>
  checked.alertId.test(alertId) &&
  (subscriptionId === null || checked.subscriptionId.test(subscriptionId)) &&
  (resourceGroup === null || checked.resourceGroup.test(resourceGroup)) &&
  (location === null || checked.location.test(location));

function decoded(segment: string | null): string | null {
  try {
    return segment === null ? null : decodeURIComponent(segment);
  } catch {
    // a wrong escape is no resource group's name
    return "%";
  }
}
