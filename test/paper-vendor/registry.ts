import type { Vendor } from "#lib/vendors/contract.ts";
import { registry as product } from "#lib/vendors/registry.ts";
import { paperVendor } from "./vendor/adapter.ts";

/** The product's vendors and the paper vendor. Adding a vendor takes its folder and a line like this. */
export const registry: readonly Vendor[] = [...product, paperVendor];
