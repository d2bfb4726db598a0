import { z } from "zod";
import { outgoingAddressLengthMax } from "#lib/domain/outgoing.ts";
import { namedSeverities } from "#lib/domain/severity.ts";
import { limited } from "./limited.ts";

/** The input of the outgoing webhook. `outgoingAddressProblem` checks whether PocketSOC may call the address. */
export const OutgoingWebhookInput = z.object({
  address: limited(
    outgoingAddressLengthMax,
    `Keep the address within ${outgoingAddressLengthMax} characters.`,
    z.string().trim(),
  ).min(1, "Enter the address that is to be called."),
  severities: z.array(z.enum(namedSeverities)).max(4),
  isOn: z.boolean(),
});
export type OutgoingWebhookInput = z.infer<typeof OutgoingWebhookInput>;
