import type { Vendor } from "./contract.ts";
import { defenderForCloud } from "./defender-for-cloud/adapter.ts";

/**
 * Every vendor, one line each. Only the code that starts a program imports this list; all other code gets the vendors as an
 * argument.
 */
export const registry: readonly Vendor[] = [defenderForCloud];
