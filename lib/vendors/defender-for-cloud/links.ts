import type { VendorLinks } from "../contract.ts";
import { alertPageUrl, readAlertPage } from "./alert-page.ts";
import { isTrustedLink } from "./trusted-links.ts";

/** Links into the Azure portal. */
export const links: Required<VendorLinks> = {
  alert: ({ vendorUrl, application }, { consoleUrl }) => {
    const page = readAlertPage(vendorUrl);
    return page && alertPageUrl(consoleUrl, page, application.tenantId ?? "");
  },
  trusts: isTrustedLink,
  secrets: ({ applicationId = "" }, { consoleUrl }) =>
    `${consoleUrl}/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/${encodeURIComponent(applicationId)}`,
  // Defender for Cloud's overview, because Microsoft publishes no address of the list itself
  alerts: ({ consoleUrl }) => `${consoleUrl}/#view/Microsoft_Azure_Security/SecurityMenuBlade/~/0`,
  query: (vendorAlertId) => {
    const literal = vendorAlertId.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
    return `SecurityAlert | where VendorOriginalId =~ "${literal}"`;
  },
};
