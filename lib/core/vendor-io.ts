import type { VendorCloud, VendorIo, VendorManifest } from "#lib/vendors/contract.ts";
import { VendorError } from "#lib/vendors/contract.ts";
import { manifests } from "#lib/vendors/manifests.ts";
import type { Services } from "./context.ts";

/** The clouds that may be chosen: the vendor's, or the operator's own endpoints in the place of all of them. */
export function cloudsOf(services: Services, manifest: VendorManifest): VendorCloud[] {
  const { overridden, ...endpoints } = services.azure;
  if (!overridden) return manifest.clouds;
  // one name for them, whatever they are: an operator who moves them moves what is stored under it too
  return [{ id: "custom", label: new URL(endpoints.resourceManagerEndpoint).host, ...endpoints }];
}

/** The vendors as this installation offers them, for pages and forms: JSON only. */
export function offeredManifests(services: Services): VendorManifest[] {
  return manifests.map((manifest) => {
    const clouds = cloudsOf(services, manifest);
    const options = clouds.map(({ id, label }) => ({ id, label }));
    const fields = manifest.fields.map((field) => (field.id === "cloud" ? { ...field, options } : field));
    return { ...manifest, clouds, fields };
  });
}

/**
 * What a vendor's folder is handed for one piece of work in one cloud that `signal` may end. Throws VendorError
 * when the cloud isn't offered here: nothing of it may be sent to another.
 */
export function vendorIo(
  services: Services,
  { vendor, cloud }: { vendor: string; cloud: string },
  signal: AbortSignal,
): VendorIo {
  const manifest = manifests.find((one) => one.id === vendor);
  const endpoints = manifest && cloudsOf(services, manifest).find((one) => one.id === cloud);
  if (!endpoints) throw new VendorError(notOffered);
  const { authorityHost, resourceManagerEndpoint, portalUrl } = endpoints;
  return { authorityHost, resourceManagerEndpoint, portalUrl, now: services.now, signal, log: services.log };
}

/** The vendor's own portal for a cloud; "" when it isn't offered here any more. */
export function vendorPortal(
  services: Services,
  { vendor, cloud }: { vendor: string; cloud: string },
): string {
  const manifest = manifests.find((one) => one.id === vendor);
  return (manifest && cloudsOf(services, manifest).find((one) => one.id === cloud)?.portalUrl) ?? "";
}

const notOffered = {
  code: "cloud_not_offered",
  vendorCode: null,
  field: "cloud",
  message:
    "This configuration belongs to another cloud than the ones this portal is set up to reach, so nothing is sent to it.",
  remedy:
    "Ask whoever runs PocketSOC to look at AZURE_AUTHORITY_HOST and AZURE_RESOURCE_MANAGER_ENDPOINT, or add the configuration anew.",
  maybeDelay: false,
  transient: false,
  retryAfterMs: null,
  requestId: null,
  gone: false,
  claims: null,
};
