import { and, asc, eq, inArray, lte, sql } from "drizzle-orm";
import type { Json } from "#lib/domain/detection.ts";
import type { Transaction } from "../../client.ts";
import { connections, memberships, users } from "../../schema/index.ts";

export type AccountRow = typeof connections.$inferSelect;

const of = (organisationId: string, configurationId: string, userId: string) =>
  and(
    eq(connections.organisationId, organisationId),
    eq(connections.configurationId, configurationId),
    eq(connections.userId, userId),
  );

/** A person's connections, to any configuration. */
export async function listAccountsOf(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<AccountRow[]> {
  return tx
    .select()
    .from(connections)
    .where(and(eq(connections.organisationId, organisationId), eq(connections.userId, userId)));
}

/** The connections of several people, to any configuration. */
export async function listAccountsOfAll(
  tx: Transaction,
  organisationId: string,
  userIds: string[],
): Promise<AccountRow[]> {
  if (userIds.length === 0) return [];
  return tx
    .select()
    .from(connections)
    .where(and(eq(connections.organisationId, organisationId), inArray(connections.userId, userIds)));
}

/** Those who are connected to a configuration and still in the team, the longest unasked first. */
export async function listAccountsFor(tx: Transaction, organisationId: string, configurationId: string) {
  return tx
    .select({ connection: connections, name: users.displayName })
    .from(connections)
    .innerJoin(users, eq(users.id, connections.userId))
    .innerJoin(
      memberships,
      and(
        eq(memberships.organisationId, connections.organisationId),
        eq(memberships.userId, connections.userId),
      ),
    )
    .where(
      and(eq(connections.organisationId, organisationId), eq(connections.configurationId, configurationId)),
    )
    .orderBy(asc(connections.askedAt), asc(connections.userId));
}

/** One person's connection to one configuration, or undefined. */
export async function getAccount(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  userId: string,
): Promise<AccountRow | undefined> {
  const rows = await tx
    .select()
    .from(connections)
    .where(of(organisationId, configurationId, userId));
  return rows[0];
}

/** Puts a connection in the place of the one before it. */
export async function putAccount(tx: Transaction, row: typeof connections.$inferInsert): Promise<void> {
  const { organisationId: _o, configurationId: _c, userId: _u, ...values } = row;
  await tx
    .insert(connections)
    .values(row)
    .onConflictDoUpdate({
      target: [connections.organisationId, connections.configurationId, connections.userId],
      set: values,
    });
}

/** Forgets a connection and its tokens; false when there was none. */
export async function deleteAccount(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  userId: string,
): Promise<boolean> {
  const rows = await tx
    .delete(connections)
    .where(of(organisationId, configurationId, userId))
    .returning({ id: connections.id });
  return rows.length === 1;
}

/** Forgets every connection of a person in an organisation. */
export async function deleteAccountsOf(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<void> {
  await tx
    .delete(connections)
    .where(and(eq(connections.organisationId, organisationId), eq(connections.userId, userId)));
}

/** One at a time among all processes, until the transaction ends; PostgreSQL gives up (55P03) after 20 seconds. */
export async function lockTokens(tx: Transaction, name: string): Promise<void> {
  await tx.execute(sql`select set_config('lock_timeout', '20s', true)`);
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`tokens ${name}`}, 0))`);
}

/** Changes a connection while it is the very one of `id`; another sign-in since makes it another. */
export async function updateAccount(
  tx: Transaction,
  organisationId: string,
  id: string,
  values: Partial<
    Pick<
      AccountRow,
      | "cacheSealed"
      | "access"
      | "confirmedAt"
      | "unconfirmedSince"
      | "signInNeeded"
      | "askedAt"
      | "usedAt"
      | "problemCode"
      | "problemMessage"
      | "problemRemedy"
      | "claims"
    > & { facts: { [key: string]: Json } }
  >,
  /** nothing is changed when it was asked again since then */
  askedBefore?: Date,
): Promise<void> {
  await tx
    .update(connections)
    .set(values)
    .where(
      and(
        eq(connections.organisationId, organisationId),
        eq(connections.id, id),
        askedBefore ? lte(connections.askedAt, askedBefore) : undefined,
      ),
    );
}

/** Notes that the vendor couldn't be asked; since when stands from the first time on. */
export async function markUnconfirmed(
  tx: Transaction,
  organisationId: string,
  id: string,
  at: Date,
  problem: { code: string; message: string; remedy: string; claims: string | null; signInNeeded: boolean },
): Promise<void> {
  await tx
    .update(connections)
    .set({
      askedAt: at,
      unconfirmedSince: sql`coalesce(${connections.unconfirmedSince}, ${at.toISOString()}::timestamptz)`,
      signInNeeded: problem.signInNeeded,
      problemCode: problem.code,
      problemMessage: problem.message,
      problemRemedy: problem.remedy,
      claims: problem.claims,
    })
    .where(and(eq(connections.organisationId, organisationId), eq(connections.id, id)));
}

/** Forgets everyone's connection to a configuration. */
export async function deleteAccountsFor(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
): Promise<void> {
  await tx
    .delete(connections)
    .where(
      and(eq(connections.organisationId, organisationId), eq(connections.configurationId, configurationId)),
    );
}
