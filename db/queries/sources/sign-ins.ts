import { and, desc, eq, inArray, isNull, lt } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { signIns } from "../../schema/index.ts";

export type SignInRow = typeof signIns.$inferSelect;

/** Stores a sign-in that begins. */
export async function insertSignIn(tx: Transaction, row: typeof signIns.$inferInsert): Promise<void> {
  await tx.insert(signIns).values(row);
}

/** Takes a person's earlier sign-ins for the same thing back: an answer to them comes too late. */
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

/** Takes back every sign-in of a person, or every one for a configuration. */
export async function deleteSignInsOf(
  tx: Transaction,
  organisationId: string,
  of: { userId: string } | { configurationId: string },
): Promise<void> {
  await tx
    .delete(signIns)
    .where(
      and(
        eq(signIns.organisationId, organisationId),
        "userId" in of ? eq(signIns.userId, of.userId) : eq(signIns.configurationId, of.configurationId),
      ),
    );
}

/** A sign-in by the hash of its state, locked until commit: two answers at once can't both be taken. */
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

/** A person's own sign-in, or undefined. */
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

/** A person's sign-ins that aren't over, newest first. */
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

/** Moves a sign-in on from one of `from`; false when it stands elsewhere: each answer is taken once. */
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

/** Forgets a sign-in with all that it held; false when it was gone. */
export async function deleteSignIn(tx: Transaction, organisationId: string, id: string): Promise<boolean> {
  const rows = await tx
    .delete(signIns)
    .where(and(eq(signIns.organisationId, organisationId), eq(signIns.id, id)))
    .returning({ id: signIns.id });
  return rows.length === 1;
}

/** Forgets sign-ins that began before `before`; says how many. */
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
