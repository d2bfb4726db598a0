import type { SealContext } from "#lib/platform/crypto.ts";

export type SealedPart = "address" | "secret" | "earlier-secret";

/** Returns the purpose and row for which a value of an organisation's outgoing webhook is sealed. */
export const outgoingSealContext = (organisationId: string, part: SealedPart): SealContext => ({
  purpose: `outgoing-webhook-${part}`,
  organisationId,
  rowId: organisationId,
});
