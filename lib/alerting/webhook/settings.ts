import { z } from "zod";
import type { Transaction } from "#db/client.ts";
import { getOrganisation } from "#db/queries/identity/people.ts";
import { hostsFor, outgoingAddressProblem } from "#lib/domain/outgoing.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { fieldMessages } from "#lib/schemas/configuration.ts";
import { fieldsToFix } from "#lib/schemas/fields-to-fix.ts";
import { OutgoingWebhookInput } from "#lib/schemas/outgoing-webhook.ts";
import type { Context, Services } from "#lib/core/context.ts";
import { sealAt } from "#lib/core/sealing.ts";
import { outgoingSealContext } from "./seal-context.ts";

/**
 * Validates the settings that an admin entered for the outgoing webhook. Those that the input lacks are the `saved` ones.
 * Throws `invalid` with messages by field, also for an entered address that PocketSOC must not call.
 */
export async function readInput(
  { services, actor }: Context,
  tx: Transaction,
  rawInput: unknown,
  saved: Partial<OutgoingWebhookInput> = {},
): Promise<OutgoingWebhookInput> {
  const entered = z.looseObject({}).safeParse(rawInput).data ?? {};
  const parsed = OutgoingWebhookInput.safeParse({ ...saved, ...entered });
  if (!parsed.success) {
    const fields = fieldMessages(parsed.error);
    throw new ServiceError("invalid", fieldsToFix(Object.keys(fields).length), { fields });
  }
  // a saved address that the operator no longer allows must not stand in the way of switching the webhook off
  if (!("address" in entered)) return parsed.data;
  const hosts = await allowedHosts(services, tx, actor.organisationId);
  const problem = outgoingAddressProblem(parsed.data.address, hosts);
  if (problem) throw new ServiceError("invalid", problem, { fields: { address: problem } });
  return parsed.data;
}

/** Returns the internal hosts that the operator allows an organisation to call. */
export async function allowedHosts(
  services: Services,
  tx: Transaction,
  organisationId: string,
): Promise<string[]> {
  const { moreHosts } = services.outgoing;
  if (moreHosts.length === 0) return [];
  const organisation = await getOrganisation(tx, organisationId);
  return organisation ? hostsFor(moreHosts, organisation) : [];
}

/** Converts the settings to the columns that store them. Seals the address. */
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

/** Returns the settings for an audit entry. Includes only the address's host, because the path may contain a secret. */
export const auditDetail = ({ address, severities, isOn }: OutgoingWebhookInput) => ({
  host: new URL(address).host,
  severities,
  isOn,
});

/** Returns the subject of an audit entry about the outgoing webhook. */
export const auditSubject = (organisationId: string) => ({ kind: "outgoing_webhook", id: organisationId });
