import type { SealContext } from "#lib/platform/crypto.ts";
import { ServiceError } from "#lib/platform/errors.ts";

/** Where what is sealed of an organisation's webhook belongs. */
export const outgoingPlace = (
  organisationId: string,
  part: "address" | "secret" | "earlier-secret",
): SealContext => ({ purpose: `outgoing-webhook-${part}`, organisationId, rowId: organisationId });

/** What the audit log says an entry is about. */
export const outgoingSubject = (organisationId: string) => ({
  kind: "outgoing_webhook",
  id: organisationId,
});

export const noWebhook = () =>
  new ServiceError(
    "not_found",
    "There is no outgoing webhook yet. Reload the page, and enter the address that is to be called.",
  );

export const isOff = () =>
  new ServiceError(
    "conflict",
    "The webhook is switched off, so nothing is sent. Switch it on and save first.",
  );
