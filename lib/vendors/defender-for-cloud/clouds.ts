import type { VendorCloud } from "../contract.ts";

/**
 * Where Defender for Cloud can be reached (Microsoft's national clouds; China's was retired in August 2026). Scopes
 * follow: `<resource manager>/.default` for an application, `<resource manager>/user_impersonation` for a person.
 */
export const clouds: VendorCloud[] = [
  {
    id: "AzureCloud",
    label: "Azure",
    authorityHost: "https://login.microsoftonline.com",
    resourceManagerEndpoint: "https://management.azure.com",
    portalUrl: "https://portal.azure.com",
  },
  {
    id: "AzureUSGovernment",
    label: "Azure US Government",
    authorityHost: "https://login.microsoftonline.us",
    resourceManagerEndpoint: "https://management.usgovcloudapi.net",
    portalUrl: "https://portal.azure.us",
  },
];
