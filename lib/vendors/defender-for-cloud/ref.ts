import { z } from "zod";

/** Locates an alert at Azure. `client.ts` validates `location` and `alertId` before it builds an address from them. */
export const AlertRef = z.object({ subscriptionId: z.string(), location: z.string(), alertId: z.string() });
export type AlertRef = z.output<typeof AlertRef>;
