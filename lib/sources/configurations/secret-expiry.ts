import type { VendorCredential } from "#lib/vendors/credential.ts";
import type { Services } from "#lib/core/context.ts";
import { sourceOf, vendorIo, vendorOf } from "#lib/core/vendors.ts";

/**
 * Returns the day on which a checked secret expires: the day that the person typed, otherwise the day that the vendor knows.
 * Returns null if neither says it, or if the credential is no secret. A vendor that can't be asked keeps nobody from saving.
 */
export async function secretExpiryOf(
  services: Services,
  of: Parameters<typeof sourceOf>[1],
  credential: VendorCredential,
  { typed, signal }: { typed: string | null; signal: AbortSignal },
): Promise<string | null> {
  const { secretExpiry } = vendorOf(services, of).can;
  if (typed || !secretExpiry || credential.kind !== "secret") return typed;
  try {
    return await secretExpiry(sourceOf(services, of, credential), vendorIo(services, of, signal));
  } catch (error) {
    services.log("credential.expiry_not_read", { error });
    return null;
  }
}
