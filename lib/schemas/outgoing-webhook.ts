import { z } from "zod";
import { outgoingAddressLengthMax } from "#lib/domain/outgoing.ts";
import { namedSeverities } from "#lib/domain/severity.ts";

/** The form of the outgoing webhook. The sender checks separately where the address leads. */
export const OutgoingWebhookInput = z.object({
  address: z
    .string()
    .trim()
    .min(1, "Enter the address that is to be called.")
    .max(outgoingAddressLengthMax, `Keep the address within ${outgoingAddressLengthMax} characters.`),
  severities: z.array(z.enum(namedSeverities)).max(4),
  isOn: z.boolean(),
});
export type OutgoingWebhookInput = z.infer<typeof OutgoingWebhookInput>;
