import type { Vendor } from "#lib/vendors/contract.ts";
import { registry as product } from "#lib/vendors/registry.ts";
import { paperVendor } from "./vendor/adapter.ts";

/** The product's vendors and the paper vendor. A vendor is added by a folder of its own and a line like this. */
export const registry: readonly Vendor[] = [...product, paperVendor];
