import { inOrganisation } from "#db/client.ts";
import { markUnconfirmed, updateAccess } from "#db/queries/sources/account-access.ts";
import type { AccountKey } from "#db/queries/sources/accounts.ts";
import type { Json } from "#lib/domain/detection.ts";
import { VendorError, type VendorProblem } from "#lib/vendors/problem.ts";
import type { Services } from "#lib/core/context.ts";

/**
 * Keeps what the vendor just answered to a person's account: `null` is a yes to reading. A no hides at once; what
 * couldn't be asked leaves the last answer standing. One that only the person can mend is asked no more until then.
 * `askedAt` is when a yes was asked for, or a no was heard: an older answer never takes the place of a newer one.
 */
export async function recordAnswer(
  services: Services,
  account: AccountKey,
  problem: VendorProblem | null,
  askedAt: Date = services.now(),
): Promise<void> {
  const { organisationId } = account;
  const at = services.now();
  await inOrganisation(services.db, organisationId, async (tx) => {
    if (!problem) {
      const yes = {
        access: "granted" as const,
        confirmedAt: askedAt,
        unconfirmedSince: null,
        signInNeeded: false,
        askedAt,
        usedAt: at,
        problemCode: null,
        problemMessage: null,
        problemRemedy: null,
        challenge: null,
      };
      await updateAccess(tx, account, yes, askedAt);
      return;
    }
    const { code, message, remedy, needsSignIn, challenge } = problem;
    if (problem.concerns === "alert") {
      await updateAccess(tx, account, { usedAt: at });
      return;
    }
    if (problem.refuses) {
      const no = {
        access: "refused" as const,
        unconfirmedSince: null,
        signInNeeded: needsSignIn,
        askedAt: at,
        problemCode: code,
        problemMessage: message,
        problemRemedy: remedy,
        challenge,
      };
      await updateAccess(tx, account, no, askedAt);
      return;
    }
    await markUnconfirmed(tx, account, at, problem);
  });
}

/** The problem behind what a vendor call threw; null for a fault of ours, which says nothing of the account. */
export function problemFrom(error: unknown): VendorProblem | null {
  return error instanceof VendorError ? error.problem : null;
}

/** Keeps what a change taught of the account's rights: refused, or, once one was taken, that nothing speaks against it. */
export async function recordVendorPermissions(
  services: Services,
  account: AccountKey,
  rights: "no" | null,
): Promise<void> {
  const { organisationId } = account;
  const rightsAsOf = services.now().toISOString();
  const facts: { [key: string]: Json } = rights ? { rights: { status: rights }, rightsAsOf } : {};
  await inOrganisation(services.db, organisationId, (tx) => updateAccess(tx, account, { facts }));
}
