import type { SealContext } from "#lib/platform/crypto.ts";

export type SealedPart = "address" | "secret" | "earlier-secret";

/** The seal context of a secret of an organisation's outgoing webhook. */
export const outgoingSealContext = (organisationId: string, part: SealedPart): SealContext => ({
  purpose: `outgoing-webhook-${part}`,
  organisationId,
  rowId: organisationId,
});
