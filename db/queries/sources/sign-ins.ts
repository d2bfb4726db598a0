import { and, desc, eq, inArray, isNull, lt } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { signIns } from "../../schema/index.ts";

export type SignInRow = typeof signIns.$inferSelect;

/** Inserts a sign-in that is about to begin. */
export async function insertSignIn(tx: Transaction, row: typeof signIns.$inferInsert): Promise<void> {
  await tx.insert(signIns).values(row);
}

/**
 * Deletes a person's earlier sign-ins for a configuration; null means for a new configuration. The portal refuses responses
 * to deleted sign-ins.
 */
export async function deleteEarlierSignIns(
  tx: Transaction,
  organisationId: string,
  userId: string,
  configurationId: string | null,
): Promise<void> {
  await tx
    .delete(signIns)
    .where(
      and(
        eq(signIns.organisationId, organisationId),
        eq(signIns.userId, userId),
        configurationId ? eq(signIns.configurationId, configurationId) : isNull(signIns.configurationId),
      ),
    );
}

/** Deletes all sign-ins of a person, or all sign-ins for a configuration. */
export async function deleteSignInsOf(
  tx: Transaction,
  organisationId: string,
  owner: { userId: string } | { configurationId: string },
): Promise<void> {
  await tx
    .delete(signIns)
    .where(
      and(
        eq(signIns.organisationId, organisationId),
        "userId" in owner
          ? eq(signIns.userId, owner.userId)
          : eq(signIns.configurationId, owner.configurationId),
      ),
    );
}

/**
 * Finds a sign-in by the hash of its state, locks it until commit and returns it. Because of the lock, only one of two
 * concurrent responses is accepted.
 */
export async function lockSignInByState(
  tx: Transaction,
  organisationId: string,
  stateHash: Buffer,
): Promise<SignInRow | undefined> {
  const rows = await tx
    .select()
    .from(signIns)
    .where(and(eq(signIns.organisationId, organisationId), eq(signIns.stateHash, stateHash)))
    .for("update");
  return rows[0];
}

/** Returns a person's sign-in, or undefined if there is none. */
export async function getSignIn(
  tx: Transaction,
  organisationId: string,
  userId: string,
  id: string,
): Promise<SignInRow | undefined> {
  const rows = await tx
    .select()
    .from(signIns)
    .where(and(eq(signIns.organisationId, organisationId), eq(signIns.userId, userId), eq(signIns.id, id)));
  return rows[0];
}

/** Lists a person's unfinished sign-ins, newest first. */
export async function listSignIns(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<SignInRow[]> {
  return tx
    .select()
    .from(signIns)
    .where(
      and(
        eq(signIns.organisationId, organisationId),
        eq(signIns.userId, userId),
        inArray(signIns.state, ["begun", "answered", "signed_in", "failed"]),
      ),
    )
    .orderBy(desc(signIns.createdAt));
}

/**
 * Updates a sign-in whose state is one of `from`. Returns false if the sign-in has another state. So of two concurrent
 * responses, only one is accepted.
 */
export async function moveSignIn(
  tx: Transaction,
  organisationId: string,
  id: string,
  from: SignInRow["state"][],
  values: Partial<SignInRow>,
): Promise<boolean> {
  const rows = await tx
    .update(signIns)
    .set(values)
    .where(and(eq(signIns.organisationId, organisationId), eq(signIns.id, id), inArray(signIns.state, from)))
    .returning({ id: signIns.id });
  return rows.length === 1;
}

/** Deletes a sign-in. Returns false if there is none. */
export async function deleteSignIn(tx: Transaction, organisationId: string, id: string): Promise<boolean> {
  const rows = await tx
    .delete(signIns)
    .where(and(eq(signIns.organisationId, organisationId), eq(signIns.id, id)))
    .returning({ id: signIns.id });
  return rows.length === 1;
}

/** Deletes sign-ins that began before `before`. Returns the number of deleted rows. */
export async function deleteOldSignIns(
  tx: Transaction,
  organisationId: string,
  before: Date,
): Promise<number> {
  const rows = await tx
    .delete(signIns)
    .where(and(eq(signIns.organisationId, organisationId), lt(signIns.createdAt, before)))
    .returning({ id: signIns.id });
  return rows.length;
}
