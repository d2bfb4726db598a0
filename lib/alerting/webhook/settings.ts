import type { Transaction } from "#db/client.ts";
import { outgoingAddressProblem } from "#lib/domain/outgoing.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { fieldMessages } from "#lib/schemas/configuration.ts";
import { fieldsToFix } from "#lib/schemas/fields-to-fix.ts";
import { OutgoingWebhookInput } from "#lib/schemas/outgoing-webhook.ts";
import type { Services } from "#lib/core/context.ts";
import { sealAt } from "#lib/core/sealing.ts";
import { outgoingSealContext } from "./seal-context.ts";

/** Validates an admin's settings. Throws `invalid` with messages by field, also for a forbidden address. */
export function readInput(services: Services, rawInput: unknown): OutgoingWebhookInput {
  const parsed = OutgoingWebhookInput.safeParse(rawInput);
  if (!parsed.success) {
    const fields = fieldMessages(parsed.error);
    throw new ServiceError("invalid", fieldsToFix(Object.keys(fields).length), { fields });
  }
  const problem = outgoingAddressProblem(parsed.data.address, services.outgoing.moreHosts);
  if (problem) throw new ServiceError("invalid", problem, { fields: { address: problem } });
  return parsed.data;
}

/** Returns the columns for these settings, with the address sealed. */
export async function settingsColumns(
  services: Services,
  tx: Transaction,
  organisationId: string,
  { address, severities, isOn }: OutgoingWebhookInput,
) {
  const sealContext = outgoingSealContext(organisationId, "address");
  return {
    host: new URL(address).host,
    addressSealed: await sealAt(services, tx, sealContext, address),
    severities,
    isOn,
  };
}

/** Returns these settings for the audit log. Only the host of the address is included, because the rest may contain a secret. */
export const auditDetail = ({ address, severities, isOn }: OutgoingWebhookInput) => ({
  host: new URL(address).host,
  severities,
  isOn,
});

/** The audit log's subject for an organisation's outgoing webhook. */
export const auditSubject = (organisationId: string) => ({ kind: "outgoing_webhook", id: organisationId });
