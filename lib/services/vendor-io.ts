import type { VendorIo } from "#lib/vendors/contract.ts";
import type { Services } from "./context.ts";

/** What a vendor's folder is handed for one piece of work that `signal` may end. */
export function vendorIo(services: Services, signal: AbortSignal): VendorIo {
  const { authorityHost, resourceManagerEndpoint, portalUrl } = services.azure;
  return { authorityHost, resourceManagerEndpoint, portalUrl, now: services.now, signal, log: services.log };
}

/** The cloud a configuration belongs to: Azure's public one, or the operator's own endpoints. */
export function cloudOf(services: Services): string {
  return services.azure.overridden ? new URL(services.azure.resourceManagerEndpoint).host : "AzureCloud";
}
