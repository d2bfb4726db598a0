import { z } from "zod";
import { outgoingAddressLengthMax } from "#lib/domain/outgoing.ts";
import { namedSeverities } from "#lib/domain/severity.ts";

/** The input of the outgoing webhook. `outgoingAddressProblem` checks whether PocketSOC may call the address. */
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
