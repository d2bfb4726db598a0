import { and, lte, sql } from "drizzle-orm";
import type { Json } from "#lib/domain/detection.ts";
import type { Transaction } from "../../client.ts";
import { accountAccess } from "../../schema/index.ts";
import { type AccountKey, type AccountRow, isCurrentSignIn, lockPerson } from "./accounts.ts";

/** Updates the account access of the sign-in `key`. Does nothing if the person has signed in again since then. */
export async function updateAccess(
  tx: Transaction,
  key: AccountKey,
  values: Partial<
    Pick<
      AccountRow,
      | "access"
      | "confirmedAt"
      | "unconfirmedSince"
      | "signInNeeded"
      | "askedAt"
      | "usedAt"
      | "problemCode"
      | "problemMessage"
      | "problemRemedy"
      | "challenge"
    > & { facts: { [key: string]: Json } }
  >,
  /** if given, the update happens only if the vendor wasn't asked again after this time */
  askedBefore?: Date,
): Promise<void> {
  await lockPerson(tx, key.organisationId, key.userId);
  await tx
    .update(accountAccess)
    .set(values)
    .where(and(isCurrentSignIn(key), askedBefore ? lte(accountAccess.askedAt, askedBefore) : undefined));
}

/**
 * Records that the vendor couldn't be asked about an account's access. After repeated failures, the row has the time of the
 * first.
 */
export async function markUnconfirmed(
  tx: Transaction,
  key: AccountKey,
  at: Date,
  problem: { code: string; message: string; remedy: string; challenge: string | null; needsSignIn: boolean },
): Promise<void> {
  await lockPerson(tx, key.organisationId, key.userId);
  await tx
    .update(accountAccess)
    .set({
      askedAt: at,
      unconfirmedSince: sql`coalesce(${accountAccess.unconfirmedSince}, ${at.toISOString()}::timestamptz)`,
      signInNeeded: problem.needsSignIn,
      problemCode: problem.code,
      problemMessage: problem.message,
      problemRemedy: problem.remedy,
      challenge: problem.challenge,
    })
    .where(isCurrentSignIn(key));
}
