import { inOrganisation } from "#db/client.ts";
import { markUnconfirmed, updateAccess } from "#db/queries/sources/account-access.ts";
import type { AccountKey } from "#db/queries/sources/accounts.ts";
import { takeReadTicket } from "#db/queries/ingest/read-tickets.ts";
import type { Json } from "#lib/domain/detection.ts";
import { VendorError, type VendorProblem } from "#lib/vendors/problem.ts";
import type { Services } from "#lib/core/context.ts";

/** A question to the vendor that begins now: its read ticket, and the time by this machine's clock. */
type Ask = { ticket: number; at: Date };

/** Notes that the vendor is about to be asked, for `recordAnswer`. */
export async function beginAsk(services: Services): Promise<Ask> {
  const { ticket } = await takeReadTicket(services.db);
  return { ticket, at: services.now() };
}

/**
 * Records the vendor's answer to a person's account; `problem` is null if the account could read. A refusal hides the
 * configuration from the person at once. After any other failure the previous answer remains. `asked` is the question
 * that was answered: if a later question was answered or any failed meanwhile, a grant changes nothing. A refusal always counts.
 */
export async function recordAnswer(
  services: Services,
  account: AccountKey,
  problem: VendorProblem | null,
  asked?: Ask,
): Promise<void> {
  const { organisationId } = account;
  const answered = await beginAsk(services);
  const { at } = answered;
  await inOrganisation(services.db, organisationId, async (tx) => {
    if (!problem) {
      const { ticket, at: askedAt } = asked ?? answered;
      const granted = {
        access: "granted" as const,
        confirmedAt: askedAt,
        unconfirmedSince: null,
        signInNeeded: false,
        askedAt,
        answerTicket: ticket,
        usedAt: at,
        problemCode: null,
        problemMessage: null,
        problemRemedy: null,
        challenge: null,
      };
      await updateAccess(tx, account, granted, ticket);
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
        answerTicket: answered.ticket,
        problemCode: code,
        problemMessage: message,
        problemRemedy: remedy,
        challenge,
      };
      await updateAccess(tx, account, refused);
      return;
    }
    await markUnconfirmed(tx, account, answered, problem);
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
