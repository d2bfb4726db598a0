import type { ConfigurationRow, CredentialRow } from "#db/queries/sources/configurations.ts";
import type { Services } from "#lib/core/context.ts";
import { vendorOf } from "#lib/core/vendors.ts";

/** When the vendor last accepted a configuration's secret; null if never. A certificate contains the right day by itself. */
export const secretAcceptedAt = (
  { readAs, lastGoodSyncAt }: Pick<ConfigurationRow, "readAs" | "lastGoodSyncAt">,
  { kind }: Pick<CredentialRow, "kind">,
): Date | null => (kind === "secret" && readAs === "application" ? lastGoodSyncAt : null);

/**
 * Whether nobody has entered the day on which a configuration's secret expires, so that PocketSOC can't warn of it. False for
 * certificates, which contain the day, without a secret, and for vendors whose form doesn't ask for the day.
 */
export function lacksExpiry(
  services: Services,
  configuration: ConfigurationRow,
  { kind, secretExpiresOn }: Pick<CredentialRow, "kind" | "secretExpiresOn">,
): boolean {
  if (kind !== "secret" || secretExpiresOn) return false;
  const { fields } = vendorOf(services, configuration).manifest;
  return fields.some(({ id }) => id === "secretExpiresOn");
}
