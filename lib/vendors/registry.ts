import type { Vendor } from "./contract.ts";
import { defenderForCloud } from "./defender-for-cloud/adapter.ts";

/** Every vendor there is: one folder, one line. */
export const vendors: Readonly<Record<string, Vendor>> = {
  [defenderForCloud.manifest.id]: defenderForCloud,
};

/** The vendor of that id; throws for one we don't know. */
export function getVendor(id: string): Vendor {
  const vendor = Object.hasOwn(vendors, id) ? vendors[id] : undefined;
  if (!vendor) throw new Error("unknown vendor");
  return vendor;
}
