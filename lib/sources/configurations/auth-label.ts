import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import type { Services } from "#lib/core/context.ts";
import { vendorOf } from "#lib/core/vendors.ts";

/** Returns a short label that says how a configuration signs in at the vendor. */
export function authLabelOf(services: Services, configuration: ConfigurationRow): string {
  const { authTypes } = vendorOf(services, configuration).manifest;
  const { authType, readAs, writeAs } = configuration;
  const label = authTypes.find(({ id }) => id === authType)?.label ?? authType;
  return readAs === "application" && writeAs === "person" ? `${label}, changes as each analyst` : label;
}
