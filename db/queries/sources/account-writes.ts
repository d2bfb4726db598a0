import { and, eq, inArray, ne, notExists, type SQL, sql } from "drizzle-orm";
import { newId } from "#lib/platform/ids.ts";
import type { Transaction } from "../../client.ts";
import { accountAccess, accounts } from "../../schema/index.ts";
import { isAccessOf, isOwnAccount, ofOrganisation } from "./accounts.ts";

/**
 * Locks all of a person's account access until the transaction ends. Every write of account access must take this lock
 * first, because one sign-in writes several rows.
 */
export async function lockPerson(tx: Transaction, organisationId: string, userId: string): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`accounts ${organisationId} ${userId}`}, 0))`,
  );
}

type Account = Omit<typeof accounts.$inferInsert, "id" | "revision">;
type Access = Omit<typeof accountAccess.$inferInsert, "organisationId" | "userId" | "accountId">;

/**
 * Connects an account to a configuration and disconnects the person's earlier account. If the account has other
 * configurations too, its tokens are renewed for them, and they no longer need a sign-in.
 */
export async function putAccount(tx: Transaction, account: Account, access: Access): Promise<void> {
  const { organisationId, userId, signInName, tokensSealed } = account;
  await lockPerson(tx, organisationId, userId);
  const previous = await tx
    .delete(accountAccess)
    .where(isAccessOf(organisationId, access.configurationId, userId))
    .returning({ accountId: accountAccess.accountId });
  const [row] = await tx
    .insert(accounts)
    .values({ ...account, id: newId() })
    .onConflictDoUpdate({
      target: [
        accounts.organisationId,
        accounts.userId,
        accounts.authority,
        accounts.registration,
        accounts.objectId,
      ],
      set: { signInName, tokensSealed, revision: sql`${accounts.revision} + 1` },
    })
    .returning({ id: accounts.id });
  const accountId = row?.id ?? "";
  await tx.insert(accountAccess).values({ ...access, organisationId, userId, accountId });
  await tx
    .update(accountAccess)
    .set({
      signInNeeded: false,
      problemCode: null,
      problemMessage: null,
      problemRemedy: null,
      challenge: null,
    })
    .where(
      and(
        ofOrganisation(organisationId),
        eq(accountAccess.accountId, accountId),
        ne(accountAccess.configurationId, access.configurationId),
        eq(accountAccess.signInNeeded, true),
      ),
    );
  await deleteUnneeded(
    tx,
    organisationId,
    previous.map(({ accountId: previousId }) => previousId).filter((id) => id !== accountId),
  );
}

/**
 * Deletes those of these accounts that aren't connected to any configuration. Their tokens are deleted with them. Locks the
 * accounts first, because another sign-in may just be connecting them.
 */
async function deleteUnneeded(tx: Transaction, organisationId: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const own = and(eq(accounts.organisationId, organisationId), inArray(accounts.id, ids));
  await tx.select({ id: accounts.id }).from(accounts).where(own).orderBy(accounts.id).for("update");
  const needed = tx.select({ exists: sql`1` }).from(accountAccess).where(isOwnAccount);
  await tx.delete(accounts).where(and(own, notExists(needed)));
}

/**
 * Deletes rows of account access, and then the accounts that have none left. Returns the number of deleted rows of account
 * access.
 */
async function deleteAccess(
  tx: Transaction,
  organisationId: string,
  which: SQL | undefined,
): Promise<number> {
  const rows = await tx
    .delete(accountAccess)
    .where(and(ofOrganisation(organisationId), which))
    .returning({ accountId: accountAccess.accountId });
  await deleteUnneeded(tx, organisationId, [...new Set(rows.map(({ accountId }) => accountId))]);
  return rows.length;
}

/** Disconnects a person's account from a configuration. Returns false if no account was connected. */
export async function deleteAccount(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  userId: string,
): Promise<boolean> {
  await lockPerson(tx, organisationId, userId);
  return (await deleteAccess(tx, organisationId, isAccessOf(organisationId, configurationId, userId))) === 1;
}

/** Disconnects a person's accounts from all configurations of an organisation and deletes the accounts. */
export async function deleteAccountsOf(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<void> {
  await lockPerson(tx, organisationId, userId);
  await deleteAccess(tx, organisationId, eq(accountAccess.userId, userId));
}

/** Disconnects all people's accounts from a configuration. */
export async function deleteAccountsFor(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
): Promise<void> {
  const connected = and(ofOrganisation(organisationId), eq(accountAccess.configurationId, configurationId));
  const people = await tx
    .select({ userId: accountAccess.userId })
    .from(accountAccess)
    .where(connected)
    .orderBy(accountAccess.userId);
  for (const { userId } of people) await lockPerson(tx, organisationId, userId);
  await deleteAccess(tx, organisationId, connected);
}
