import { inOrganisation } from "#db/client.ts";
import { markUnconfirmed, updateAccess } from "#db/queries/sources/account-access.ts";
import type { AccountKey } from "#db/queries/sources/accounts.ts";
import type { Json } from "#lib/domain/detection.ts";
import { VendorError, type VendorProblem } from "#lib/vendors/problem.ts";
import type { Services } from "#lib/core/context.ts";

/**
 * Records the vendor's answer to a person's account; `problem` is null if the account could read. A refusal hides the
 * configuration from the person at once. After any other failure the previous answer remains. `askedAt` is when the vendor
 * was asked, so that an older answer never replaces a newer one.
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
      const granted = {
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
      await updateAccess(tx, account, granted, askedAt);
      return;
    }
    const { code, message, remedy, needsSignIn, challenge } = problem;
    if (problem.concerns === "alert") {
      await updateAccess(tx, account, { usedAt: at });
      return;
    }
    if (problem.refuses) {
      const refused = {
        access: "refused" as const,
        unconfirmedSince: null,
        signInNeeded: needsSignIn,
        askedAt: at,
        problemCode: code,
        problemMessage: message,
        problemRemedy: remedy,
        challenge,
      };
      await updateAccess(tx, account, refused, askedAt);
      return;
    }
    await markUnconfirmed(tx, account, at, problem);
  });
}

/** Returns the problem of a failed vendor call, or null for any other error, which says nothing about the account. */
export function problemFrom(error: unknown): VendorProblem | null {
  return error instanceof VendorError ? error.problem : null;
}

/**
 * Records what a status change revealed about the account's vendor permissions: `rights` is "no" after a refusal, and null
 * after an accepted change.
 */
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
