import type { SealContext } from "#lib/platform/crypto.ts";

export type SealedPart = "address" | "secret" | "earlier-secret";

/** What a sealed part of an organisation's outgoing webhook is bound to. */
export const outgoingSealContext = (organisationId: string, part: SealedPart): SealContext => ({
  purpose: `outgoing-webhook-${part}`,
  organisationId,
  rowId: organisationId,
});
