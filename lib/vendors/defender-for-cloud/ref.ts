import { z } from "zod";

/** Locates an alert. Each segment is validated before it becomes part of an address that gets our token. */
export const AlertRef = z.object({ subscriptionId: z.string(), location: z.string(), alertId: z.string() });
export type AlertRef = z.output<typeof AlertRef>;
