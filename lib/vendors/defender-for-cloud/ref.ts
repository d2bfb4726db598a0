import { z } from "zod";

/** Where an alert lives; each segment is checked before it enters an address that carries our token. */
export const AlertRef = z.object({ subscriptionId: z.string(), location: z.string(), alertId: z.string() });
export type AlertRef = z.output<typeof AlertRef>;
