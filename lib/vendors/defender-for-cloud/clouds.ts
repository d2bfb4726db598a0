import type { VendorCloud } from "../manifest.ts";
import { authorityHosts } from "../shared/microsoft-entra/api.ts";

/**
 * The clouds that have Defender for Cloud (Microsoft's national clouds). The OAuth scope is `<resource manager>/.default` for an
 * application and `<resource manager>/user_impersonation` for a person.
 */
export const clouds: VendorCloud[] = [
  {
    id: "AzureCloud",
    label: "Azure",
    consoleUrl: "https://portal.azure.com",
    endpoints: {
      authorityHost: authorityHosts.AzureCloud,
      resourceManager: "https://management.azure.com",
      graph: "https://graph.microsoft.com",
    },
  },
  {
    id: "AzureUSGovernment",
    label: "Azure US Government",
    consoleUrl: "https://portal.azure.us",
    endpoints: {
      authorityHost: authorityHosts.AzureUSGovernment,
      resourceManager: "https://management.usgovcloudapi.net",
      graph: "https://graph.microsoft.us",
    },
  },
];

/** Returns the origin of Resource Manager in a cloud. */
export function resourceManagerOf({ endpoints }: VendorCloud): string {
  const { resourceManager } = endpoints;
  if (!resourceManager) throw new Error("this cloud has no resourceManager endpoint");
  return new URL(resourceManager).origin;
}
