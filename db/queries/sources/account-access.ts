import { and, lte, sql } from "drizzle-orm";
import type { Json } from "#lib/domain/detection.ts";
import type { Transaction } from "../../client.ts";
import { accountAccess } from "../../schema/index.ts";
import { lockPerson } from "./account-writes.ts";
import { type AccountKey, type AccountRow, isCurrentSignIn } from "./accounts.ts";

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
      | "answerTicket"
      | "usedAt"
      | "problemCode"
      | "problemMessage"
      | "problemRemedy"
      | "challenge"
    > & { facts: { [key: string]: Json } }
  >,
  /** if given, the row is updated only if no answer with a higher read ticket is stored */
  ticket?: number,
): Promise<void> {
  await lockPerson(tx, key.organisationId, key.userId);
  await tx
    .update(accountAccess)
    .set(values)
    .where(
      and(isCurrentSignIn(key), ticket === undefined ? undefined : lte(accountAccess.answerTicket, ticket)),
    );
}

/**
 * Records that the vendor couldn't be asked about an account's access. After repeated failures, the row has the time of the
 * first.
 */
export async function markUnconfirmed(
  tx: Transaction,
  key: AccountKey,
  { at, ticket }: { at: Date; ticket: number },
  problem: { code: string; message: string; remedy: string; challenge: string | null; needsSignIn: boolean },
): Promise<void> {
  await lockPerson(tx, key.organisationId, key.userId);
  await tx
    .update(accountAccess)
    .set({
      askedAt: at,
      answerTicket: ticket,
      unconfirmedSince: sql`least(${accountAccess.unconfirmedSince}, ${at.toISOString()}::timestamptz)`,
      signInNeeded: problem.needsSignIn,
      problemCode: problem.code,
      problemMessage: problem.message,
      problemRemedy: problem.remedy,
      challenge: problem.challenge,
    })
    .where(isCurrentSignIn(key));
}
