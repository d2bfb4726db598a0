import type { Vendor } from "./contract.ts";
import { defenderForCloud } from "./defender-for-cloud/adapter.ts";

/** Every vendor: one folder, one line. Only the code that starts a program imports this; everything else gets the vendors as a value. */
export const registry: readonly Vendor[] = [defenderForCloud];
