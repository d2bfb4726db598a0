import type { VendorLinks } from "../contract.ts";

const portals = new Set(["https://portal.azure.com", "https://portal.azure.us"]);

/** Links into the Azure portal. */
export const links: Required<VendorLinks> = {
  alert: ({ vendorUrl, application }, { consoleUrl }) => {
    const url = vendorUrl ? URL.parse(vendorUrl) : null;
    if (!url?.hash || !portals.has(url.origin)) return null;
    const path = url.hash.slice(1).replace(/^\/?/, "/");
    return `${consoleUrl}/#@${encodeURIComponent(application.tenantId ?? "")}${path}`;
  },
  secrets: ({ applicationId = "" }, { consoleUrl }) =>
    `${consoleUrl}/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/${encodeURIComponent(applicationId)}`,
  // Defender for Cloud's overview, because Microsoft publishes no address of the list itself
  alerts: ({ consoleUrl }) => `${consoleUrl}/#view/Microsoft_Azure_Security/SecurityMenuBlade/~/0`,
  query: (vendorAlertId) => {
    const literal = vendorAlertId.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
    return `SecurityAlert | where VendorOriginalId =~ "${literal}"`;
  },
};
