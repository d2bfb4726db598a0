import type { VendorCloud } from "../manifest.ts";
import { authorityHosts } from "../shared/microsoft-entra/api.ts";

/**
 * Where Defender for Cloud can be reached (Microsoft's national clouds). Scopes follow: `<resource manager>/.default` for an
 * application, `<resource manager>/user_impersonation` for a person.
 */
export const clouds: VendorCloud[] = [
  {
    id: "AzureCloud",
    label: "Azure",
    consoleUrl: "https://portal.azure.com",
    endpoints: {
      authorityHost: authorityHosts.AzureCloud,
      resourceManager: "https://management.azure.com",
    },
  },
  {
    id: "AzureUSGovernment",
    label: "Azure US Government",
    consoleUrl: "https://portal.azure.us",
    endpoints: {
      authorityHost: authorityHosts.AzureUSGovernment,
      resourceManager: "https://management.usgovcloudapi.net",
    },
  },
];

/** The origin of Resource Manager in a cloud. */
export function resourceManagerOf({ endpoints }: VendorCloud): string {
  const { resourceManager } = endpoints;
  if (!resourceManager) throw new Error("a cloud of Azure names its Resource Manager");
  return new URL(resourceManager).origin;
}
