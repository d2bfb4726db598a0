import type { Vendor } from "#lib/vendors/contract.ts";
import { registry as product } from "#lib/vendors/registry.ts";
import { paperVendor } from "./vendor/adapter.ts";

/** The product's vendors and the paper vendor. */
export const registry: readonly Vendor[] = [...product, paperVendor];
