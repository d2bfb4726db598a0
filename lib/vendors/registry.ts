import type { Vendor } from "./contract.ts";
import { defenderForCloud } from "./defender-for-cloud/adapter.ts";

/** Every vendor there is: one folder, one line. Only what starts a program imports this; all else is handed the vendors. */
export const registry: readonly Vendor[] = [defenderForCloud];
